/**
 * A supergraph to test executors on. Subgraphs are SDL only. Their answers are generated (world.ts) and consistent, so
 * that one schema with everything (monolith.ts) gives the expected answer.
 */
export type Definition = {
  name: string
  /** SDL by subgraph name, without the `@link`, which is added. */
  subgraphs: Record<string, string>
  /** Answers that are not generated: by `Type/number.field` (or `Query.field`). */
  fixed?: Record<string, Fixed>
  /** False if no single schema can describe its subgraphs; then only the cases are run. */
  generated?: false
  cases: Case[]
}

/** A leaf, an entity's id (`Book/1`), a list of these, or a function of the arguments and the earlier calls. */
export type Fixed =
  | string
  | number
  | boolean
  | null
  | Fixed[]
  | ((args: Record<string, unknown>, calls: string[]) => unknown)

/** An operation and its answer by the specification. `errors` has their paths, joined by dots. */
export type Case = {
  title: string
  query: string
  variables?: Record<string, unknown>
  data: unknown
  errors?: string[]
  /** Subgraphs that do not answer. */
  down?: string[]
  /** Executors that answer differently, for a reason in known-mistakes.ts. */
  wrong?: ('apollo' | 'compiled')[]
}

const DIRECTIVES =
  '@key @external @requires @provides @shareable @override @inaccessible @interfaceObject @tag @extends @context @fromContext'

/** SDL with the federation version and its directives imported; SDL with a @link stays as it is. */
export function linked(sdl: string): string {
  if (/@link\(/.test(sdl)) return sdl
  const names = DIRECTIVES.split(' ').map((name) => `"${name}"`)
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${names}])\n${sdl}`
}
