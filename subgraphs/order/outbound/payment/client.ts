import { Pool } from 'undici'
import { z } from 'zod'
import { createGuard, GUARD_SETTINGS, type Guard, REFUSED } from '../../../../chassis/guard.ts'
import type { Logger } from '../../../../chassis/log.ts'
import { CONTEXT_HEADER, signContext } from '../../../../chassis/signed-context.ts'
import { wasUnreached } from '../../../../chassis/unreached.ts'
import type { Charge, ChargeAnswer } from '../../application/ports.ts'

const answer = z.object({
  answer: z.enum(['Approved', 'Declined', 'Closed', 'Pending', 'Unavailable', 'TooManyDeclined']),
  /** Pending, since the outcome was not known by the deadline. */
  late: z.boolean().optional(),
  retryAfterSeconds: z.number().nullish(),
})

/** What an instance of payment said; or that it said nothing in time; or that it was not there to be asked. */
type Said = z.infer<typeof answer> | { answer: 'Nothing' | 'Unreached' }

/** What speaks for a circuit to be opened: no answer, or no outcome, in time. Whoever answers at once is no burden. */
const failed = (said: Said) =>
  said.answer === 'Nothing' || said.answer === 'Unreached' || ('late' in said && said.late === true)

/** What a customer is asked to wait where payment itself does not say. */
const RETRY_AFTER_SECONDS = 5

/** So much of the deadline is the way there and back. */
const TRAVEL_MS = 30

type Instance = { pool: Pool; guard: Guard }
type Settings = { urls: string[]; deadlineMs: number; atOnce: number; secret: string; log: Logger }

/**
 * Asks the payment context to charge (its other end: payment/inbound/http/charges.ts). Its instances are asked in turn,
 * each behind a circuit breaker and a limit of its own: one that is down takes nothing from the others. Whatever is no
 * clear answer within the deadline is Deferred, at once where no instance is to be asked: should money have been taken,
 * payment itself finds out and says `Paid`. Equal charges under way at once are asked once.
 */
export function paymentClient(settings: Settings): (charge: Charge, since?: Date) => Promise<ChargeAnswer> {
  const { deadlineMs, atOnce, log } = settings
  const instances = settings.urls.map((url, index): Instance => {
    const changed = (state: string) => log.warn({ state, instance: index + 1 }, 'the circuit to payment changed')
    return {
      pool: new Pool(url, { connections: atOnce, connectTimeout: deadlineMs / 3 }),
      guard: createGuard({ ...GUARD_SETTINGS, atOnce }, changed),
    }
  })
  let turn = 0

  /** Asks the next instance that is to be asked; where it was not reached, it has not charged, and another is asked. */
  const ask = async (charge: Charge, since: Date): Promise<ChargeAnswer> => {
    const until = since.getTime() + deadlineMs
    const first = turn++
    let outcome: ChargeAnswer = { answer: 'Deferred', retryAfterSeconds: GUARD_SETTINGS.openForMs / 1_000 }
    for (let next = 0; next < instances.length; next++) {
      const instance = instances[(first + next) % instances.length]
      const said = await instance?.guard.run(() => askOne(instance.pool, charge, until, settings), failed)
      if (said === undefined || said === REFUSED) continue
      outcome = outcomeOf(said)
      if (said.answer !== 'Unreached') break
    }
    return outcome
  }

  const underWay = new Map<string, Promise<ChargeAnswer>>()
  return (charge, since = new Date()) => {
    const key = JSON.stringify(charge)
    const asked = underWay.get(key) ?? ask(charge, since).finally(() => underWay.delete(key))
    underWay.set(key, asked)
    return asked
  }
}

async function askOne(pool: Pool, charge: Charge, until: number, { secret, log }: Settings): Promise<Said> {
  const leftMs = Math.max(1, until - Date.now())
  const body = JSON.stringify({ ...charge, deadlineMs: Math.max(1, leftMs - TRAVEL_MS) })
  const context = { audience: 'payment', by: 'order', claims: null, body }
  try {
    const response = await pool.request({
      method: 'POST',
      path: '/charges',
      headers: { 'content-type': 'application/json', [CONTEXT_HEADER]: signContext(secret, context, Date.now()) },
      body,
      signal: AbortSignal.timeout(leftMs),
    })
    const said = await response.body.json()
    if (response.statusCode !== 200) throw new Error(`Payment answered ${response.statusCode}.`)
    return answer.parse(said)
  } catch (error) {
    log.warn({ err: error, correlationId: charge.orderId }, 'payment did not answer in time')
    return { answer: wasUnreached(error) ? 'Unreached' : 'Nothing' }
  }
}

function outcomeOf(said: Said): ChargeAnswer {
  switch (said.answer) {
    case 'Approved':
    case 'Declined':
    case 'Closed':
      return { answer: said.answer }
    case 'TooManyDeclined':
      return { answer: said.answer, retryAfterSeconds: said.retryAfterSeconds ?? null }
    case 'Pending':
    case 'Unavailable':
      return { answer: 'Deferred', retryAfterSeconds: said.retryAfterSeconds ?? RETRY_AFTER_SECONDS }
    case 'Nothing':
    case 'Unreached':
      return { answer: 'Deferred', retryAfterSeconds: RETRY_AFTER_SECONDS }
  }
}
