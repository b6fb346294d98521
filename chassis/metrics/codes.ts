import { Counter, type Registry } from 'prom-client'

/** Counts the requests for sign-in codes, by what came of them. */
export function codesMetrics(registry: Registry): (outcome: string) => void {
  const codes = new Counter({
    ...{ name: 'service_sign_in_codes_total', help: 'Requests for sign-in codes, by what came of them' },
    ...{ registers: [registry], labelNames: ['outcome'] },
  })
  return (outcome) => codes.inc({ outcome })
}
