import { type Dispatcher, Pool } from 'undici'
import { z } from 'zod'
import { wasUnreached } from '../../../../chassis/guard.ts'
import type { Logger } from '../../../../chassis/log.ts'
import type { Provider } from '../../application/ports.ts'
import type { Outcome } from '../../domain/provider-calls.ts'

/**
 * The provider over HTTP (its other end: payment/sandbox). A real provider is another file like this one. `token` is our
 * bearer credential, sent with every call. `deadlineMs` is for one whole call; should be longer than a charge usually
 * takes, since giving up finds out nothing.
 */
export function httpProvider(options: { url: string; token: string; deadlineMs: number; log: Logger }): Provider & {
  close(): Promise<void>
} {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${options.token}` }
  const base = new URL(options.url)
  const pool = new Pool(base.origin, {
    connections: 128,
    connectTimeout: options.deadlineMs,
    maxResponseSize: 64 * 1024, // An answer is a few words.
  })
  const post = async (
    path: string,
    key: string,
    body: { reference: string; [field: string]: unknown },
  ): Promise<Outcome> => {
    try {
      const response = await pool.request({
        method: 'POST',
        path: base.pathname.replace(/\/$/, '') + path,
        headers: { ...headers, 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(options.deadlineMs),
      })
      return await outcomeOf(response)
    } catch (error) {
      const outcome = wasUnreached(error) ? 'refused' : 'unknown'
      // An answer that repeats our request would have the credential in it.
      const reason = String(error).replaceAll(options.token, '…').slice(0, 1_000)
      options.log.warn({ correlationId: body.reference, key, outcome, reason }, 'the provider did not answer')
      return outcome
    }
  }
  return {
    takesCharges: () => true,
    charge: ({ key, ...charge }) => post('/charges', key, charge),
    void: ({ key, reference }) => post('/voids', key, { chargeKey: key, reference }),
    refund: ({ key, ...refund }) => post('/refunds', key, refund),
    close: () => pool.close(),
  }
}

const answer = z.object({ outcome: z.enum(['charged', 'declined', 'voided', 'refunded']) })

const refusal = z.object({ effect: z.literal('none') })

/**
 * 200 tells the outcome; 503 that there was no effect, if the provider itself says so (a gateway before it may answer
 * 503 for a request that went through). From whatever else one can't know. Throws what it can't read.
 */
async function outcomeOf({ statusCode, body }: Dispatcher.ResponseData): Promise<Outcome> {
  if (statusCode === 200) return answer.parse(await body.json()).outcome
  const said = await body.text()
  if (statusCode === 503 && refusal.safeParse(JSON.parse(said)).success) return 'refused'
  throw new Error(`The provider answered ${statusCode}: ${said}`)
}
