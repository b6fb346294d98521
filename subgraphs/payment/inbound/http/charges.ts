import { z } from 'zod'
import { type Audit, NO_AUDIT } from '../../../../chassis/audit/audit.ts'
import { type Handler, readBody, sendJson } from '../../../../chassis/http.ts'
import type { Logger } from '../../../../chassis/log.ts'
import {
  type CallerKeys,
  CONTEXT_HEADER,
  createVerifier,
  type SignedContext,
} from '../../../../chassis/signed-context.ts'
import { within } from '../../../../chassis/within.ts'
import { money } from '../../../../schema/events/common.ts'
import type { ChargeRequest } from '../../application/charge.ts'
import type { Answer } from '../../domain/payment.ts'

const BODY_LIMIT = 16 * 1024

const chargeRequest = z.object({
  orderId: z.uuid(),
  customerId: z.uuid(),
  amount: money,
  token: z.string().min(1).max(255),
  /** How long the caller waits; later it is answered Pending, and payment goes on finding out. */
  deadlineMs: z.int().min(1).max(30_000).default(600),
})

/** What the customer is asked to wait before paying again. */
const RETRY_AFTER_SECONDS: { [A in Answer & string]?: number } = { Pending: 5, Unavailable: 3 }

/**
 * POST /charges, the order context's door to payment (its other end: order/outbound/payment/client.ts). 200 with
 * `{answer, late?, retryAfterSeconds?}` by the caller's deadline (late: Pending, since the outcome was not known then;
 * TooManyDeclined with retryAfterSeconds null: never for this order); 401 to everyone but order; 400 for what can't be a
 * charge.
 */
export function charges(options: {
  charge: (request: ChargeRequest) => Promise<Answer>
  callers: CallerKeys
  log: Logger
  audit?: Audit
}): Handler {
  const verify = createVerifier('payment', options.callers)
  const { audit = NO_AUDIT } = options
  return async (request, response) => {
    const { method = '', url: path = '' } = request
    if (method !== 'POST') return sendJson(response, 405, { error: 'POST a charge here.' })
    const body = await readBody(request, BODY_LIMIT)
    const header = request.headers[CONTEXT_HEADER]?.toString()
    const signed = verify({ header, method, path, body }, Date.now())
    const refused = 'refused' in signed ? signed.refused : refusal(signed)
    if (refused) {
      options.log.warn({ reason: refused }, 'a charge was refused')
      const who = 'refused' in signed ? 'nobody' : signed.by
      audit.recordRepeatable({ event: 'request', who, outcome: 'unsigned', fields: ['/charges'] })
      return sendJson(response, 401, { error: 'Only the order context may charge.' })
    }
    const read = chargeRequest.safeParse(parsed(body))
    if (!read.success) {
      // Paths and messages only: the token must not come back in an answer or get into a log.
      const problems = read.error.issues.map(({ path, message }) => ({ path: path.map(String), message }))
      return sendJson(response, 400, { error: 'This is not a charge.', problems })
    }
    const { deadlineMs, ...charge } = read.data
    const outcome = options.charge(charge).catch(deferred(options.log, charge.orderId))
    void outcome.then((answer) => recordCharge(audit, charge, answer))
    const known = await within(deadlineMs, outcome)
    const answer = known ?? 'Pending'
    sendJson(response, 200, {
      ...(typeof answer === 'object' ? answer : { answer, retryAfterSeconds: RETRY_AFTER_SECONDS[answer] }),
      ...(known === null && { late: true }),
    })
  }
}

/** Why a signed request may not charge; null if it may. */
function refusal({ by, once }: SignedContext): string | null {
  if (by !== 'order') return `it is signed by ${by}`
  return once ? null : 'its signature is not good once only'
}

/** Recorded when the outcome is known, which may be after the caller was answered. */
function recordCharge(audit: Audit, { customerId, orderId }: Omit<ChargeRequest, 'token'>, answer: Answer): void {
  const outcome = typeof answer === 'object' ? answer.answer : answer
  const event = { event: 'charge', who: `user ${customerId}`, on: [orderId], outcome } as const
  if (outcome === 'Approved') audit.record(event)
  else audit.recordRepeatable(event)
}

/** A failure of our own is told like any unknown outcome: what is open, is settled later. */
const deferred =
  (log: Logger, correlationId: string) =>
  (error: unknown): Answer => {
    log.error({ err: error, correlationId }, 'a charge failed')
    return 'Pending'
  }

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
