/** The steps of a schedule, for whoever analyses a failure; names stand for ids. */
export type Trace = {
  /** `what` is only called if the trace is kept. */
  log(what: () => string): void
  name(id: string, name: string): void
  lines(): string[]
  /** With names for ids. */
  named(text: string): string
}

export const noTrace: Trace = { log: () => {}, name: () => {}, lines: () => [], named: (text) => text }

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-[0-9a-f]{12}/g

/** Keeps every line with its time, in milliseconds since the start. */
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
