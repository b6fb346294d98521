import type { ArgumentNode } from 'graphql'

/** A field with particular arguments, which the planner sees as a separate field without arguments. */
export type ArgumentAlias = { field: string; arguments: readonly ArgumentNode[] }

/**
 * The planner tells fields apart by name only. If a client selects `size(unit: 1)` and @requires selects `size(unit:
 * 2)`, it fetches one of them and uses it for both. So each field with arguments in a @requires is planned under an
 * alias of its own, such as `size__0`. `aliases` maps these names to what they stand for. `requiredAliases` lists the
 * aliases that a field requires, as paths (`box.size__0`), by `subgraph.Type.field`. `requiredFields` lists the
 * top-level fields that it requires, by the same key.
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
