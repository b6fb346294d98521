import { Pool } from 'undici'
import { z } from 'zod'
import { createGuard, GUARD_SETTINGS, REFUSED } from '../../../../chassis/guard.ts'
import type { Logger } from '../../../../chassis/log.ts'
import { CONTEXT_HEADER, signContext } from '../../../../chassis/signed-context.ts'
import type { Charge, ChargeAnswer } from '../../application/ports.ts'

const answer = z.object({
  answer: z.enum(['Approved', 'Declined', 'Closed', 'Pending', 'Unavailable']),
  retryAfterSeconds: z.number().optional(),
})

/** What payment said, or that it said nothing in time. */
type Said = z.infer<typeof answer> | { answer: 'Nothing' }

/** No answer, and no outcome in time: payment, or what it asks, is overloaded. That it refuses at once is no burden. */
const failed = (said: Said) => said.answer === 'Nothing' || said.answer === 'Pending'

const isUnreached = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ECONNREFUSED'

/** What a customer is asked to wait where payment itself does not say. */
const RETRY_AFTER_SECONDS = 5

/** So much of the deadline is the way there and back. */
const TRAVEL_MS = 30

/**
 * Asks the payment context to charge (its other end: payment/inbound/http/charges.ts), behind a circuit breaker and a
 * limit. Instances of payment are asked in turn. Whatever is no clear answer within the deadline is Deferred, at once
 * where the circuit is open: should money have been taken, payment itself finds out and says `Paid`.
 */
export function paymentClient(options: {
  urls: string[]
  deadlineMs: number
  atOnce: number
  secret: string
  log: Logger
}) {
  const { deadlineMs, log } = options
  const pools = options.urls.map((url) => new Pool(url, { connections: options.atOnce, connectTimeout: deadlineMs }))
  const guard = createGuard({ ...GUARD_SETTINGS, atOnce: options.atOnce }, (state) =>
    log.warn({ state }, 'the circuit to payment changed'),
  )
  let turn = 0

  /** Asks the next instance; one that was never reached has not charged, so another is asked in its place. */
  const ask = async (charge: Charge): Promise<Said> => {
    const signal = AbortSignal.timeout(deadlineMs)
    for (let left = pools.length; ; left--) {
      const said = await askOne(pools[turn++ % pools.length], charge, signal)
      if (said.answer !== 'Unreached') return said
      if (left <= 1) return { answer: 'Nothing' }
    }
  }

  const askOne = async (
    pool: Pool | undefined,
    charge: Charge,
    signal: AbortSignal,
  ): Promise<Said | { answer: 'Unreached' }> => {
    const body = JSON.stringify({ ...charge, deadlineMs: deadlineMs - TRAVEL_MS })
    const context = { audience: 'payment', by: 'order', claims: null, body }
    try {
      if (!pool) throw new Error('No instance of payment is configured.')
      const response = await pool.request({
        method: 'POST',
        path: '/charges',
        headers: {
          'content-type': 'application/json',
          [CONTEXT_HEADER]: signContext(options.secret, context, Date.now()),
        },
        body,
        signal,
      })
      const said = await response.body.json()
      if (response.statusCode !== 200) throw new Error(`Payment answered ${response.statusCode}.`)
      return answer.parse(said)
    } catch (error) {
      log.warn({ err: error, correlationId: charge.orderId }, 'payment did not answer in time')
      return { answer: isUnreached(error) ? 'Unreached' : 'Nothing' }
    }
  }

  return async (charge: Charge): Promise<ChargeAnswer> => {
    const said = await guard.run(() => ask(charge), failed)
    if (said === REFUSED) return { answer: 'Deferred', retryAfterSeconds: GUARD_SETTINGS.openForMs / 1_000 }
    switch (said.answer) {
      case 'Approved':
      case 'Declined':
      case 'Closed':
        return { answer: said.answer }
      case 'Pending':
      case 'Unavailable':
        return { answer: 'Deferred', retryAfterSeconds: said.retryAfterSeconds ?? RETRY_AFTER_SECONDS }
      case 'Nothing':
        return { answer: 'Deferred', retryAfterSeconds: RETRY_AFTER_SECONDS }
    }
  }
}
