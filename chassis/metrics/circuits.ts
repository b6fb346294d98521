import { Gauge, type Registry } from 'prom-client'
import type { CircuitState } from '../breaker.ts'

/** Is told the state of the circuit to a process of another service (numbered from 1), at first and when it changes. */
export type TellCircuit = (service: string, process: number, state: CircuitState) => void

/** The circuits to other services; a program that calls none has none. */
export function circuitMetrics(registry: Registry): TellCircuit {
  const circuits = new Gauge({
    name: 'service_circuit_open',
    help: '1 while calls to a failing service are not made, or only tried',
    ...{ registers: [registry], labelNames: ['to', 'process'] },
  })
  return (to, process, state) => circuits.set({ to, process }, state === 'closed' ? 0 : 1)
}
