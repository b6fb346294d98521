import { z } from 'zod'
import { type IdempotencyConflict, type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { idempotencyKey, line, optionalText, phone, readInput, text } from '../../../chassis/inputs.ts'
import type { serializeByKey } from '../../../chassis/keyed-queue.ts'
import { MOST_MONEY } from '../../../schema/events/common.ts'
import { newBuyer, ordered, refusal } from '../domain/buyer.ts'
import { price } from '../domain/menu.ts'
import { canBePaid, type Money, type Order, place } from '../domain/order.ts'
import {
  inWords,
  type OrderPayload,
  type PaymentDeclined,
  type PaymentDeferred,
  pay,
  paymentToken,
} from './pay-order.ts'
import type { Ports, Tx } from './ports.ts'

export type ItemUnavailable = { type: 'ItemUnavailable'; message: string; itemIds: string[] }
export type TotalChanged = { type: 'TotalChanged'; message: string; total: Money }
export type TooManyUnpaid = { type: 'TooManyUnpaid'; message: string }
export type TooManyDeclined = { type: 'TooManyDeclined'; message: string; retryAfter: number }
/** Nothing was recorded or charged, and the key is still unused. */
type NotPlaced = ItemUnavailable | TotalChanged | TooManyUnpaid | TooManyDeclined | InvalidInput
export type PlaceOrderResult = OrderPayload | PaymentDeclined | PaymentDeferred | NotPlaced | IdempotencyConflict

const placeOrderInput = z.object({
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
  recipient: z.object({
    name: line("The recipient's name", 100),
    phone: phone("The recipient's phone number"),
    address: text("The recipient's address", 500),
  }),
  // null, missing and empty mean the same: a repeated request must not differ by them.
  cardMessage: optionalText('The card message', 500)
    .nullish()
    .transform((message) => message || null),
  paymentToken,
})
/** The input that an idempotency key identifies: without expectedTotal, which differs in the request after TotalChanged. */
type KeyedInput = Omit<z.infer<typeof placeOrderInput>, 'idempotencyKey' | 'expectedTotal'>

/**
 * Places an order and pays it. The price is the menu's, and at most `expectedTotal`. Requests with the same key and input,
 * also concurrent ones, return the same order in its present state.
 */
export async function placeOrder(
  ports: Ports,
  turn: ReturnType<typeof serializeByKey>,
  customerId: string,
  input: unknown,
): Promise<PlaceOrderResult> {
  const read = readInput(placeOrderInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, expectedTotal, ...keyedInput } = read.value
  const since = ports.now()
  const keyed = { callerId: customerId, operation: 'placeOrder', key, input: keyedInput }
  const placed = await turn(customerId, () =>
    ports.transact(ports.newId(), (tx) =>
      onceForKey(tx.keyUses, tx.orders, keyed, () => record(ports, tx, customerId, keyedInput, expectedTotal)),
    ),
  )
  if ('type' in placed) return placed
  if (!canBePaid(placed, ports.now())) return { type: 'OrderPayload', order: placed }
  const paid = await pay(ports, placed, keyedInput.paymentToken, since)
  if (paid.type !== 'NotTried') return paid
  // The order is recorded, so the answer has it.
  const { order, message, retryAfter } = paid
  if (retryAfter === null) return { type: 'PaymentDeclined', message, order }
  return { type: 'PaymentDeferred', message, order, retryAfter, payBy: order.payBy }
}

/** Records a new order at the menu's prices; nothing is charged yet. */
async function record(
  ports: Ports,
  tx: Tx,
  customerId: string,
  keyedInput: KeyedInput,
  expectedTotal: Money,
): Promise<Order | NotPlaced> {
  if (!(await tx.stores.find(keyedInput.storeId))) {
    return invalidInput([{ path: ['storeId'], code: 'NOT_FOUND', message: 'There is no such store.' }])
  }
  const menu = await tx.menu.findAll([...new Set(keyedInput.lines.map(({ itemId }) => itemId))])
  const priced = price(keyedInput.storeId, keyedInput.lines, menu)
  if ('notOnMenu' in priced) {
    const message = "This item is not on the store's menu."
    return invalidInput(
      priced.notOnMenu.map((line) => ({ path: ['lines', String(line), 'itemId'], code: 'NOT_FOUND', message })),
    )
  }
  if ('unavailable' in priced) {
    const names = priced.unavailable.map(({ name }) => name).join(', ')
    const message = `There is not enough stock of: ${names}.`
    return { type: 'ItemUnavailable', message, itemIds: priced.unavailable.map(({ itemId }) => itemId) }
  }
  if (priced.total.amount > MOST_MONEY) {
    const message = 'The total is over 2,000,000,000 won: split the order.'
    return invalidInput([{ path: ['lines'], code: 'TOO_LARGE', limit: MOST_MONEY, message }])
  }

  if (priced.total.amount > expectedTotal.amount) {
    const message = `The order now costs ${priced.total.amount.toLocaleString('en')} won. Nothing was ordered: place it again with this total.`
    return { type: 'TotalChanged', message, total: priced.total }
  }

  // The lock comes last, so that a request that is refused for another reason does not wait for it.
  const [buyer = newBuyer(customerId)] = await tx.buyers.lock([customerId])
  const unpaid = await tx.orders.findAll(buyer.unpaid)
  const now = ports.now()
  const refused = refusal(buyer, unpaid, now, ports.settings)
  if (refused) return notPlaced(refused)
  const { order, says } = place({
    id: ports.newId(),
    customerId,
    storeId: keyedInput.storeId,
    ...priced,
    recipient: keyedInput.recipient,
    cardMessage: keyedInput.cardMessage,
    placedAt: now,
    payBy: new Date(now.getTime() + ports.settings.payWithinMs),
  })
  tx.orders.save(order)
  tx.buyers.save(ordered(buyer, unpaid, order))
  tx.say(says)
  return order
}

function notPlaced(why: Exclude<ReturnType<typeof refusal>, null>): TooManyUnpaid | TooManyDeclined {
  if (why === 'unpaid') {
    const message = 'Too many of your orders are not paid yet. Pay or cancel one of them, then order again.'
    return { type: 'TooManyUnpaid', message }
  }
  if (why === 'being charged') {
    return {
      type: 'TooManyUnpaid',
      message: 'Too many of your orders are being paid at the moment. Order again in a moment.',
    }
  }
  const retryAfter = Math.ceil(why.declinedForMs / 1_000)
  const message = `Too many of your payments were declined. Order again in ${inWords(retryAfter)}.`
  return { type: 'TooManyDeclined', message, retryAfter }
}
