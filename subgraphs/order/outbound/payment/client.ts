import { Pool } from 'undici'
import { z } from 'zod'
import type { Verdict } from '../../../../chassis/breaker.ts'
import { CALLER_GUARD_SETTINGS, createGuard, type Guard, REFUSED, wasUnreached } from '../../../../chassis/guard.ts'
import { createKeyedLimiter } from '../../../../chassis/keyed-limiter.ts'
import type { Logger } from '../../../../chassis/log.ts'
import { CONTEXT_HEADER, signContext } from '../../../../chassis/signed-context.ts'
import type { Charge, ChargeAnswer } from '../../application/ports.ts'

const answer = z.object({
  answer: z.enum(['Approved', 'Declined', 'Closed', 'Pending', 'Unavailable', 'TooManyDeclined']),
  /** Pending, since the outcome was not known by the deadline. */
  late: z.boolean().optional(),
  retryAfterSeconds: z.number().nullish(),
})

/** What an instance of payment said; or that it said nothing in time; or that it was not there to be asked. */
type Said = z.infer<typeof answer> | { answer: 'Nothing' | 'Unreached' }

/**
 * What speaks for opening the circuit: no answer, or no outcome, in time. A customer's slow card may have caused it, so it
 * counts once for each customer; not so where payment was not reached. Whoever answers at once is no burden.
 */
function verdictOn(said: Said): Verdict {
  if (said.answer === 'Unreached') return 'unreached'
  return said.answer === 'Nothing' || ('late' in said && said.late) ? 'failed' : 'ok'
}

/** What a customer is asked to wait where payment itself does not say. */
const RETRY_AFTER_SECONDS = 5

/** So much of the deadline is the way there and back. */
const TRAVEL_MS = 30

/** A customer's payments that wait for their turn: more than eight would hardly get one within the deadline of 610 ms. */
const WAITING = { maxQueued: 8, maxQueuedInAll: 1_000 }

type Instance = { pool: Pool; guard: Guard }
type Settings = {
  urls: string[]
  deadlineMs: number
  /** Payments under way at once: at each instance, and of each customer at all instances together. */
  atOnce: number
  atOnceEach: number
  /** The key that order shares with payment. */
  key: string
  log: Logger
}

const NOT_ASKED: ChargeAnswer = { answer: 'Deferred', retryAfterSeconds: CALLER_GUARD_SETTINGS.openForMs / 1_000 }

/**
 * Asks the payment context to charge (its other end: payment/inbound/http/charges.ts). Its instances are asked in turn,
 * each behind a circuit breaker and a limit of its own: one that is down takes nothing from the others. A customer has a
 * share of the places: further payments wait for their turn. Whatever is no clear answer within the deadline is Deferred,
 * at once where no instance is to be asked: should money have been taken, payment itself finds out and says `Paid`. Equal
 * charges under way at once are asked once.
 */
export function paymentClient(settings: Settings): (charge: Charge, since?: Date) => Promise<ChargeAnswer> {
  const { deadlineMs, atOnce, atOnceEach, log } = settings
  const instances = settings.urls.map((url, index): Instance => {
    const changed = (state: string) => log.warn({ state, instance: index + 1 }, 'the circuit to payment changed')
    return {
      pool: new Pool(url, { connections: atOnce, connectTimeout: deadlineMs / 3 }),
      guard: createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: atOnce }, changed),
    }
  })
  const shares = createKeyedLimiter({ ...WAITING, maxConcurrent: atOnceEach })
  let turn = 0

  /** Asks the next instance that is to be asked; where it was not reached, it has not charged, and another is asked. */
  const ask = async (charge: Charge, until: number): Promise<ChargeAnswer> => {
    const first = turn++
    let outcome = NOT_ASKED
    for (let next = 0; next < instances.length; next++) {
      const instance = instances[(first + next) % instances.length]
      const call = { caller: charge.customerId }
      const said = await instance?.guard.run(() => askOne(instance.pool, charge, until, settings), verdictOn, call)
      if (said === undefined || said === REFUSED) continue
      outcome = outcomeOf(said)
      if (said.answer !== 'Unreached') break
    }
    return outcome
  }

  const askInTurn = async (charge: Charge, since: Date): Promise<ChargeAnswer> => {
    const until = since.getTime() + deadlineMs
    const answer = await shares.run(charge.customerId, until - TRAVEL_MS, () => ask(charge, until))
    return answer === REFUSED ? NOT_ASKED : answer
  }

  const underWay = new Map<string, Promise<ChargeAnswer>>()
  return (charge, since = new Date()) => {
    const key = JSON.stringify(charge)
    const asked = underWay.get(key) ?? askInTurn(charge, since).finally(() => underWay.delete(key))
    underWay.set(key, asked)
    return asked
  }
}

async function askOne(pool: Pool, charge: Charge, until: number, { key, log }: Settings): Promise<Said> {
  const leftMs = Math.max(1, until - Date.now())
  const body = JSON.stringify({ ...charge, deadlineMs: Math.max(1, leftMs - TRAVEL_MS) })
  const request = { method: 'POST' as const, path: '/charges', body }
  // Signed anew for every instance that is asked: a header is good once.
  const context = { ...request, audience: 'payment', claims: null, once: true }
  try {
    const response = await pool.request({
      ...request,
      headers: { 'content-type': 'application/json', [CONTEXT_HEADER]: signContext(key, context, Date.now()) },
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
