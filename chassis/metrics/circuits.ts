import { Gauge, type Registry } from 'prom-client'

/** Watches the circuit to a process of another service; processes are numbered from 1. */
export type WatchCircuit = (service: string, process: number, circuit: { isBroken(): boolean }) => void

/** The circuits to other services; a program that calls none has none. */
export function circuitMetrics(registry: Registry): WatchCircuit {
  const watched: { to: string; process: number; circuit: { isBroken(): boolean } }[] = []
  new Gauge({
    name: 'service_circuit_open',
    help: '1 while calls to a failing service are not made, or only tried; 0 also half a minute after the last call',
    ...{ registers: [registry], labelNames: ['to', 'process'] },
    collect() {
      for (const { to, process, circuit } of watched) this.set({ to, process }, circuit.isBroken() ? 1 : 0)
    },
  })
  return (to, process, circuit) => void watched.push({ to, process, circuit })
}
