import type { ArgumentNode } from 'graphql'

/** A field with certain arguments, which the planner knows as a field of its own without any. */
export type ArgumentAlias = { field: string; arguments: readonly ArgumentNode[] }

/**
 * The planner tells fields apart by name only. If a client asks for `size(unit: 1)` and @requires wants `size(unit: 2)`,
 * it fetches one of the two and takes it for both. So what it plans with has a field of its own for each field with
 * arguments that some @requires wants. `needs`: which ones a field wants and where (`box.size__0`), by
 * `subgraph.Type.field`.
 * `requires`: all that a field requires, by the same, but without what is inside of it.
 */
export type ArgumentAliases = {
  aliases: ReadonlyMap<string, ArgumentAlias>
  requiredAliases: ReadonlyMap<string, readonly string[]>
  requiredFields: ReadonlyMap<string, readonly string[]>
}

export const NO_ARGUMENT_ALIASES: ArgumentAliases = {
  aliases: new Map(),
  requiredAliases: new Map(),
  requiredFields: new Map(),
}
