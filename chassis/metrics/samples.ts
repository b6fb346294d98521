import { Gauge, type Registry } from 'prom-client'
import { rejectAfter } from '../within.ts'

/** The gauges of one source, by name. */
export type Gauges = { [name: string]: { help: string; labels?: readonly string[] } }

/** A value of one of them. */
export type Sample<Name extends PropertyKey = string> = {
  name: Name
  value: number
  labels?: { [label: string]: string }
}

/** A scrape waits no longer for a source. */
const WITHIN_MS = 2_000

/**
 * Gauges whose values are read together from a source that costs something, as a database: at a scrape, at most every `everyMs`.
 * While the source does not answer they have no values, rather than old ones, and the scrape does not wait for it; `up` names a
 * gauge that is 1 if it has answered and 0 otherwise.
 */
export function sampled<Named extends Gauges>(
  registry: Registry,
  gauges: Named,
  read: () => Promise<Sample<keyof Named>[]>,
  { everyMs, up }: { everyMs: number; up?: { name: string; help: string } },
): void {
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  const clear = () => {
    empty()
    upGauge?.set(0)
  }
  const fill = (samples: Sample<keyof Named>[]) => {
    empty()
    for (const { name, labels = {}, value } of samples) byName.get(name)?.set(labels, value)
    upGauge?.set(1)
  }
  const empty = () => {
    // `reset` sets a gauge without labels to 0, which would say that all is well.
    for (const [name, gauge] of byName) gauges[name]?.labels ? gauge.reset() : gauge.remove()
  }
  const refresh = async () => {
    if (!reading && performance.now() - readAt < everyMs) return
    reading ??= Promise.try(read)
      .then(fill, clear)
      .finally(() => {
        readAt = performance.now()
        reading = undefined
      })
    await rejectAfter(WITHIN_MS, reading).catch(clear)
  }
  const byName = new Map<keyof Named, Gauge>(
    Object.entries(gauges).map(([name, { help, labels = [] }]) => [
      name,
      new Gauge({ name, help, labelNames: [...labels], registers: [registry], collect: refresh }),
    ]),
  )
  const upGauge = up && new Gauge({ ...up, registers: [registry], collect: refresh })
}
