/** The log of a schedule, for the analysis of a failure. Ids are replaced by names. */
export type Trace = {
  /** `what` is only called if the trace is recorded. */
  log(what: () => string): void
  name(id: string, name: string): void
  lines(): string[]
  /** Replaces ids by their names. */
  named(text: string): string
}

export const noTrace: Trace = { log: () => {}, name: () => {}, lines: () => [], named: (text) => text }

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-[0-9a-f]{12}/g

/** Records each line with its time in milliseconds since the start. */
export function createTrace(now: () => number): Trace {
  const lines: string[] = []
  const names = new Map<string, string>()
  const named = (text: string) => text.replace(ID, (id) => names.get(id) ?? id.slice(-4))
  return {
    named,
    log: (what) => void lines.push(`${String(now()).padStart(7)} ${what()}`),
    name: (id, name) => void (names.has(id) || names.set(id, name)),
    lines: () => lines.map(named),
  }
}
