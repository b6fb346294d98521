import type { Verdict } from '../../../../chassis/breaker.ts'
import { type Guard, REFUSED } from '../../../../chassis/guard.ts'
import { createKeyedLimiter } from '../../../../chassis/keyed-limiter.ts'
import type { Provider, Requester, SharedProvider } from '../../application/ports.ts'
import type { Outcome } from '../../domain/provider-calls.ts'

/** A card may be the cause of any failure, also of a refusal (a bank is down), so failures count once for each customer. */
const verdictOn = (outcome: Outcome): Verdict => (outcome === 'unknown' || outcome === 'refused' ? 'failed' : 'ok')

/**
 * Limits the calls to the provider. All of them go through it. A call that the guard does not admit is refused at once, and no
 * charge is started meanwhile. A customer may have `atOnceEach` concurrent charges; further ones are refused rather than queued,
 * because order queues them already. Settling takes none of these places: it has its own limit (application/settle.ts), and
 * limits the retried charges of each customer, so that hanging cards of one customer do not delay other customers' refunds.
 */
export function guarded(provider: Provider, guard: Guard, atOnceEach: number): SharedProvider {
  const share = { maxConcurrent: atOnceEach, maxQueued: 0, maxQueuedInAll: 0 }
  const paying = createKeyedLimiter(share)
  const retrying = createKeyedLimiter(share)
  const NO_WAIT = 0

  const run = async (call: () => Promise<Outcome>, { customerId, settling }: Requester): Promise<Outcome> => {
    const outcome = await guard.run(call, verdictOn, { caller: customerId, limitedElsewhere: settling })
    return outcome === REFUSED ? 'refused' : outcome
  }

  return {
    takesCharges: (customerId) => paying.admits(customerId) && guard.admits(customerId) && provider.takesCharges(),
    charge: async (charge, requester) => {
      const shares = requester.settling ? retrying : paying
      const call = () => run(() => provider.charge(charge), requester)
      const outcome = await shares.run(requester.customerId, NO_WAIT, call)
      return outcome === REFUSED ? 'refused' : outcome
    },
    void: (charge, requester) => run(() => provider.void(charge), requester),
    refund: (refund, requester) => run(() => provider.refund(refund), requester),
  }
}
