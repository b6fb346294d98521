import { Gauge, type Registry } from 'prom-client'
import type { CircuitState } from '../breaker.ts'

/** Is told the state of the circuit to an instance of another service (from 1), at first and when it changes. */
export type TellCircuit = (service: string, instance: number, state: CircuitState) => void

/** The circuits to other services; a program that calls none has none. */
export function circuitMetrics(registry: Registry): TellCircuit {
  const circuits = new Gauge({
    name: 'service_circuit_open',
    help: '1 while calls to a failing service are not made, or only tried',
    ...{ registers: [registry], labelNames: ['to', 'instance'] },
  })
  return (to, instance, state) => circuits.set({ to, instance }, state === 'closed' ? 0 : 1)
}
