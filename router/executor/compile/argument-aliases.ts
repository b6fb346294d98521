import type { ArgumentNode } from 'graphql'

/** A field with certain arguments, which the planner knows as a field of its own without any. */
export type StandIn = { field: string; arguments: readonly ArgumentNode[] }

/**
 * The planner tells fields apart by name only. If a client asks for `size(unit: 1)` and @requires wants `size(unit: 2)`,
 * it fetches one of the two and takes it for both. So what it plans with has a field of its own for each field with
 * arguments that some @requires wants. `needs`: which ones a field wants and where (`box.size__0`), by
 * `subgraph.Type.field`.
 * `requires`: all that a field requires, by the same, but without what is inside of it.
 */
export type StandIns = {
  fields: ReadonlyMap<string, StandIn>
  needs: ReadonlyMap<string, readonly string[]>
  requires: ReadonlyMap<string, readonly string[]>
}

export const NO_STAND_INS: StandIns = { fields: new Map(), needs: new Map(), requires: new Map() }
