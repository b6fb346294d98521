import type { Provider } from '../../application/ports.ts'

/**
 * Protects the provider, and us from waiting for it: at most `atOnce` calls are under way, more are refused at once and
 * charges are not begun. The one place through which every call goes: what else protects (a circuit breaker) goes here.
 */
export function limited(provider: Provider, { atOnce }: { atOnce: number }): Provider {
  let underWay = 0
  const guard =
    <Call, Outcome>(ask: (call: Call) => Promise<Outcome>) =>
    async (call: Call): Promise<Outcome | 'refused'> => {
      if (underWay >= atOnce) return 'refused'
      underWay++
      try {
        return await ask(call)
      } finally {
        underWay--
      }
    }
  return {
    takesCharges: () => underWay < atOnce && provider.takesCharges(),
    charge: guard(provider.charge),
    void: guard(provider.void),
    refund: guard(provider.refund),
  }
}
