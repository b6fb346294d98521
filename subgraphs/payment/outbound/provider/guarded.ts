import type { Verdict } from '../../../../chassis/breaker.ts'
import { type Guard, REFUSED } from '../../../../chassis/guard.ts'
import { createKeyedLimiter } from '../../../../chassis/keyed-limiter.ts'
import type { Asker, Provider, SharedProvider } from '../../application/ports.ts'
import type { Outcome } from '../../domain/asking.ts'

/** Any card may be the cause, also of a refusal (a bank that is down): so all of it counts once for each customer. */
const verdictOn = (outcome: Outcome): Verdict => (outcome === 'unknown' || outcome === 'refused' ? 'failed' : 'ok')

/**
 * Spares the provider, and us from waiting for it: what the guard does not admit is refused at once, and no charge is
 * begun meanwhile. The one place through which every call to the provider goes. A customer may have `atOnceEach` charges
 * under way; more are refused rather than queued, since order has them wait already. Settling takes no place of theirs: it
 * has a limit of its own (application/settle.ts), and a share of it for each customer's charges that are asked again, so
 * that one's hanging cards do not hold up everybody's refunds.
 */
export function guarded(provider: Provider, guard: Guard, atOnceEach: number): SharedProvider {
  const share = { maxConcurrent: atOnceEach, maxQueued: 0, maxQueuedInAll: 0 }
  const paying = createKeyedLimiter(share)
  const askingAgain = createKeyedLimiter(share)
  const NOW = 0

  const run = async (ask: () => Promise<Outcome>, { customerId, settling }: Asker): Promise<Outcome> => {
    const outcome = await guard.run(ask, verdictOn, { caller: customerId, limitedElsewhere: settling })
    return outcome === REFUSED ? 'refused' : outcome
  }

  return {
    takesCharges: (customerId) => paying.admits(customerId) && guard.admits(customerId) && provider.takesCharges(),
    charge: async (charge, asker) => {
      const shares = asker.settling ? askingAgain : paying
      const ask = () => run(() => provider.charge(charge), asker)
      const outcome = await shares.run(asker.customerId, NOW, ask)
      return outcome === REFUSED ? 'refused' : outcome
    },
    void: (charge, asker) => run(() => provider.void(charge), asker),
    refund: (refund, asker) => run(() => provider.refund(refund), asker),
  }
}
