import { z } from 'zod'
import { idempotencyKey, line, optionalText, phone, postalCode, text } from '../../../chassis/inputs.ts'
import { paymentToken } from './pay-order.ts'

/**
 * null and missing mean the same: a repeated request must not differ by them. What is absent must be undefined, for the digest of
 * a key's input to be what it was in the releases that did not know the field (place-order.test.ts).
 */
const given = <Value>(value: Value | null | undefined) => value ?? undefined

/** A line that may be missing or empty. */
const optionalLine = (what: string, most: number) =>
  z
    .string()
    .nullish()
    .transform((typed) => typed?.trim() || undefined)
    .pipe(line(what, most).optional())

export const recipientInput = z.object({
  name: line("The recipient's name", 100),
  phone: phone("The recipient's phone number"),
  address: text("The recipient's address", 500),
  postalCode,
})

export const placeOrderInput = z.object({
  idempotencyKey,
  storeId: z.string(),
  // The number is checked before any line is.
  lines: z
    .array(z.unknown())
    .min(1, 'An order must have at least one line.')
    .max(20, 'An order must have at most 20 lines.')
    .pipe(
      z.array(
        z.object({
          itemId: z.string(),
          quantity: z.int().min(1, 'The quantity must be at least 1.').max(999, 'The quantity must be at most 999.'),
        }),
      ),
    ),
  expectedTotal: z.object({
    amount: z.int().min(0, 'The expected total must be at least 0.'),
    currency: z.literal('KRW', 'Prices must be in KRW.'),
  }),
  recipient: recipientInput,
  // Empty is the same as missing, too.
  cardMessage: optionalText('The card message', 500)
    .nullish()
    .transform((message) => message || null),
  windowId: z.string().nullish().transform(given),
  sender: z
    .object({
      name: line("The sender's name", 100),
      anonymous: z
        .boolean()
        .nullish()
        .transform((anonymous) => anonymous ?? false),
    })
    .nullish()
    .transform(given),
  ribbon: z
    .object({ phrase: line('The words on the ribbon', 50), from: optionalLine('The name on the ribbon', 50) })
    .nullish()
    .transform(given),
  // The default is left out like what is absent, since the API fills it in.
  substitution: z
    .enum(['EQUAL_VALUE', 'SAME_ONLY'])
    .nullish()
    .transform((chosen) => (chosen === 'SAME_ONLY' ? chosen : undefined)),
  paymentToken,
})

/** The input that an idempotency key identifies: without expectedTotal, which differs in the request after TotalChanged. */
export type KeyedInput = Omit<z.infer<typeof placeOrderInput>, 'idempotencyKey' | 'expectedTotal'>
