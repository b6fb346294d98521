import { Counter, type Registry } from 'prom-client'

/** A counter that one context has beside what all have; `label` tells its counts apart. */
export type OwnCounter = { name: string; help: string; label: string }

/** Makes counters of a context's own. Each returns a function that counts one for a value of its label. */
export const ownCounters =
  (registry: Registry) =>
  ({ name, help, label }: OwnCounter): ((value: string) => void) => {
    const counter = new Counter({ name, help, registers: [registry], labelNames: [label] })
    return (value) => counter.inc({ [label]: value })
  }
