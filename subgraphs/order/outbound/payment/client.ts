import { Pool } from 'undici'
import { z } from 'zod'
import type { Logger } from '../../../../chassis/log.ts'
import { CONTEXT_HEADER, signContext } from '../../../../chassis/signed-context.ts'
import type { Charge, ChargeAnswer } from '../../application/ports.ts'

const answer = z.object({
  answer: z.enum(['Approved', 'Declined', 'Closed', 'Pending', 'Unavailable']),
  retryAfterSeconds: z.number().optional(),
})

/** What a customer is asked to wait where payment itself does not say. */
const RETRY_AFTER_SECONDS = 5

/**
 * Asks the payment context to charge (its other end: payment/inbound/http/charges.ts). Instances of payment are asked
 * in turn. Whatever is not a clear answer within the deadline is Deferred: payment itself finds out and says `Paid`.
 */
export function paymentClient(options: { urls: string[]; deadlineMs: number; secret: string; log: Logger }) {
  const pools = options.urls.map((url) => new Pool(url, { connections: 64, connectTimeout: options.deadlineMs }))
  let turn = 0

  return async (charge: Charge): Promise<ChargeAnswer> => {
    const pool = pools[turn++ % pools.length]
    const body = JSON.stringify({ ...charge, deadlineMs: options.deadlineMs - 50 })
    const context = { audience: 'payment', by: 'order', claims: null, body }
    const signed = signContext(options.secret, context, Date.now())
    try {
      if (!pool) throw new Error('No instance of payment is configured.')
      const response = await pool.request({
        method: 'POST',
        path: '/charges',
        headers: { 'content-type': 'application/json', [CONTEXT_HEADER]: signed },
        body,
        signal: AbortSignal.timeout(options.deadlineMs),
      })
      const said = await response.body.json()
      if (response.statusCode !== 200) throw new Error(`Payment answered ${response.statusCode}.`)
      const read = answer.parse(said)
      if (read.answer !== 'Pending' && read.answer !== 'Unavailable') return { answer: read.answer }
      return { answer: 'Deferred', retryAfterSeconds: read.retryAfterSeconds ?? RETRY_AFTER_SECONDS }
    } catch (error) {
      options.log.warn({ err: error, orderId: charge.orderId }, 'payment did not answer in time')
      return { answer: 'Deferred', retryAfterSeconds: RETRY_AFTER_SECONDS }
    }
  }
}
