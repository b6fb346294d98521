import { type Guard, REFUSED } from '../../../../chassis/guard.ts'
import type { Provider } from '../../application/ports.ts'
import type { Outcome } from '../../domain/asking.ts'

const failed = (outcome: Outcome) => outcome === 'unknown' || outcome === 'refused'

/**
 * Spares the provider, and us from waiting for it: what the guard does not admit is refused at once, and no charge is
 * begun meanwhile. The one place through which every call to the provider goes.
 */
export function guarded(provider: Provider, guard: Guard): Provider {
  const through =
    <Call>(ask: (call: Call) => Promise<Outcome>) =>
    async (call: Call): Promise<Outcome> => {
      const outcome = await guard.run(() => ask(call), failed)
      return outcome === REFUSED ? 'refused' : outcome
    }
  return {
    takesCharges: () => guard.admits() && provider.takesCharges(),
    charge: through(provider.charge),
    void: through(provider.void),
    refund: through(provider.refund),
  }
}
