/** What happened, as told to whoever looks into a failure; names stand for ids. */
export type Story = {
  /** `what` is only asked where the story is kept. */
  tell(what: () => string): void
  name(id: string, name: string): void
  lines(): string[]
  /** With names for ids. */
  named(text: string): string
}

export const untold: Story = { tell: () => {}, name: () => {}, lines: () => [], named: (text) => text }

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-[0-9a-f]{12}/g

/** Keeps every line with its time, in milliseconds since the beginning. */
export function storyOf(now: () => number): Story {
  const lines: string[] = []
  const names = new Map<string, string>()
  const named = (text: string) => text.replace(ID, (id) => names.get(id) ?? id.slice(-4))
  return {
    named,
    tell: (what) => void lines.push(`${String(now()).padStart(7)} ${what()}`),
    name: (id, name) => void (names.has(id) || names.set(id, name)),
    lines: () => lines.map(named),
  }
}
