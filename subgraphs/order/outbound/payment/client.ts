import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { z } from 'zod'
import type { CircuitState, Verdict } from '../../../../chassis/breaker.ts'
import {
  CALLER_GUARD_SETTINGS,
  createGuard,
  type Guard,
  REFUSED,
  wasCutOff,
  wasUnreached,
} from '../../../../chassis/guard.ts'
import { createKeyedLimiter } from '../../../../chassis/keyed-limiter.ts'
import type { Logger } from '../../../../chassis/log.ts'
import { CONTEXT_HEADER, signContext } from '../../../../chassis/signed-context.ts'
import type { Charge, ChargeAnswer } from '../../application/ports.ts'

const answer = z.object({
  answer: z.enum(['Approved', 'Declined', 'Closed', 'Pending', 'Unavailable', 'TooManyDeclined']),
  /** Pending because the outcome was not known by the deadline. */
  late: z.boolean().optional(),
  retryAfterSeconds: z.number().nullish(),
})

/** The reply of an instance of payment. Nothing: none in time. Unreached: the request did not reach it. CutOff: it may have. */
type Reply = z.infer<typeof answer> | { answer: 'Nothing' | 'Unreached' | 'CutOff' }

/**
 * A call without an answer or an outcome in time counts as failed, once for each customer, because a customer's slow card may
 * have caused it. Each call that did not reach payment counts. An answer in time counts as ok, whatever it is.
 */
function verdictOn(reply: Reply): Verdict {
  if (reply.answer === 'Unreached') return 'unreached'
  return reply.answer === 'Nothing' || reply.answer === 'CutOff' || ('late' in reply && reply.late) ? 'failed' : 'ok'
}

/** The customer's waiting time if payment does not return one. */
const RETRY_AFTER_SECONDS = 5

/** The part of the deadline for the network, there and back. */
const TRAVEL_MS = 30

/** The delay before a charge is repeated: until then the other connections to a process that has died are closed, too. */
const REPEAT_AFTER_MS = 20

/** Queued payments of a customer: more than eight would rarely get their turn within the deadline of 610 ms. */
const WAITING = { maxQueued: 8, maxQueuedInAll: 1_000 }

type Instance = { pool: Pool; guard: Guard }
type Settings = {
  urls: string[]
  deadlineMs: number
  /** Concurrent payments: at each instance, and of each customer at all instances together. */
  atOnce: number
  atOnceEach: number
  /** The key that order shares with payment. */
  key: string
  log: Logger
  /** Gets the guard of each instance, whose circuit it may watch; instances count from 1. */
  onInstance?: ((number: number, guard: Guard) => void) | undefined
}

const NOT_SENT: ChargeAnswer = { answer: 'Deferred', retryAfterSeconds: CALLER_GUARD_SETTINGS.openForMs / 1_000 }

/**
 * The client of the payment context's charges (served by payment/inbound/http/charges.ts). Requests go to its instances in
 * turn; each has its own circuit breaker and limit, so that one that is down does not affect the others. A customer has a share
 * of the places, and further payments are queued. Without a clear answer by the deadline the result is Deferred, at once if no
 * instance may be called. If money was taken nevertheless, payment finds out and says `Paid`. Equal concurrent charges share one
 * request.
 */
export function paymentClient(settings: Settings): (charge: Charge, since?: Date) => Promise<ChargeAnswer> {
  const { deadlineMs, atOnce, atOnceEach, log, onInstance = () => {} } = settings
  const instances = settings.urls.map((url, index): Instance => {
    const changed = (state: CircuitState) => log.warn({ state, instance: index + 1 }, 'the circuit to payment changed')
    const guard = createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: atOnce }, changed)
    onInstance(index + 1, guard)
    return { pool: new Pool(url, { connections: atOnce, connectTimeout: deadlineMs / 3 }), guard }
  })
  const shares = createKeyedLimiter({ ...WAITING, maxConcurrent: atOnceEach })
  let turn = 0

  /** Calls an instance by its number; undefined if it may not be called now. */
  const call = async (number: number, charge: Charge, until: number): Promise<Reply | undefined> => {
    const instance = instances[number % instances.length]
    if (!instance) return undefined
    const send = () => callInstance(instance.pool, charge, until, settings)
    const reply = await instance.guard.run(send, verdictOn, { caller: charge.customerId })
    return reply === REFUSED ? undefined : reply
  }

  /**
   * Calls the next available instance; if it was not reached, it has not charged, and the next one is called. A call that reached
   * none, or whose instance ended without an answer, is repeated once: a charge has its order's key, so that it is made once.
   */
  const callNext = async (charge: Charge, until: number): Promise<ChargeAnswer> => {
    const first = turn++
    let reply: Reply | undefined
    for (let next = 0; next < instances.length; next++) {
      reply = (await call(first + next, charge, until)) ?? reply
      if (reply && reply.answer !== 'Unreached') break
    }
    if (reply?.answer === 'Unreached' || reply?.answer === 'CutOff') {
      await delay(REPEAT_AFTER_MS)
      reply = (await call(first + 1, charge, until)) ?? reply
    }
    return reply ? outcomeOf(reply) : NOT_SENT
  }

  const callInShare = async (charge: Charge, since: Date): Promise<ChargeAnswer> => {
    const until = since.getTime() + deadlineMs
    const answer = await shares.run(charge.customerId, until - TRAVEL_MS, () => callNext(charge, until))
    return answer === REFUSED ? NOT_SENT : answer
  }

  const inProgress = new Map<string, Promise<ChargeAnswer>>()
  return (charge, since = new Date()) => {
    const key = JSON.stringify(charge)
    const result = inProgress.get(key) ?? callInShare(charge, since).finally(() => inProgress.delete(key))
    inProgress.set(key, result)
    return result
  }
}

async function callInstance(pool: Pool, charge: Charge, until: number, { key, log }: Settings): Promise<Reply> {
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
    const reply = await response.body.json()
    if (response.statusCode !== 200) throw new Error(`Payment answered ${response.statusCode}.`)
    return answer.parse(reply)
  } catch (error) {
    log.warn({ err: error, correlationId: charge.orderId }, 'payment did not answer in time')
    return { answer: wasUnreached(error) ? 'Unreached' : wasCutOff(error) ? 'CutOff' : 'Nothing' }
  }
}

function outcomeOf(reply: Reply): ChargeAnswer {
  switch (reply.answer) {
    case 'Approved':
    case 'Declined':
    case 'Closed':
      return { answer: reply.answer }
    case 'TooManyDeclined':
      return { answer: reply.answer, retryAfterSeconds: reply.retryAfterSeconds ?? null }
    case 'Pending':
    case 'Unavailable':
      return { answer: 'Deferred', retryAfterSeconds: reply.retryAfterSeconds ?? RETRY_AFTER_SECONDS }
    case 'Nothing':
    case 'Unreached':
    case 'CutOff':
      return { answer: 'Deferred', retryAfterSeconds: RETRY_AFTER_SECONDS }
  }
}
