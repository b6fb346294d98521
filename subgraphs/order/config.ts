import { z } from 'zod'
import { serviceConfig, sharedKeys } from '../../chassis/config.ts'

/** The order context's settings beside every service's own. */
export const orderConfig = serviceConfig.extend({
  /** Base URLs of payment's instances, separated by commas. */
  PAYMENT_URLS: z.string().transform((urls) => urls.split(',').filter(Boolean)),
  /** The key that order signs its charges with, as `payment=key`: payment has it in its CALLER_KEYS. */
  CONTEXT_KEYS: sharedKeys.transform((keys, context) => {
    const [key] = keys.get('payment') ?? []
    if (!key) context.addIssue({ code: 'custom', message: 'has no key for payment' })
    return key ?? ''
  }),
  /** Shorter than the router's own timeout, so that the customer gets the answer. */
  PAYMENT_DEADLINE_MS: z.coerce.number().int().min(100).max(4_500).default(610),
  /** Concurrent payments in this process; further ones are deferred at once. */
  PAYMENT_AT_ONCE: z.coerce.number().int().min(1).default(100),
  /** Concurrent payments of one customer in this process; further ones wait until the deadline. */
  PAYMENT_AT_ONCE_EACH: z.coerce.number().int().min(1).default(2),
  PAY_WITHIN_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(30 * 60_000),
  /** Instead of PAY_WITHIN_MS, for an order in a window that takes a limited number of orders. */
  PAY_FOR_PLACE_WITHIN_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(10 * 60_000),
  /** An order can be paid no later than this long after its window could last be ordered. */
  PAY_AFTER_CUT_OFF_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(10 * 60_000),
  /** An order expires this long after payBy, because a payment that began in time may still be in progress. */
  EXPIRE_AFTER_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(2 * 60_000),
  /** The unpaid orders that a customer may have; as many more may be in the process of being charged. */
  MOST_UNPAID: z.coerce.number().int().min(1).max(1_000).default(10),
  /** Of these, the orders in windows that take a limited number of orders, those being charged included. */
  MOST_UNPAID_PLACES: z.coerce.number().int().min(1).max(1_000).default(3),
  /** Declined payments of a customer within an hour; the same limit as payment's. */
  MOST_DECLINED_AN_HOUR: z.coerce.number().int().min(1).max(1_000).default(10),
})
