/**
 * A supergraph to try executors on. Subgraphs are SDL alone: what they answer is made up from it (world.ts), the same
 * wherever it is asked, so that one schema with all of it (monolith.ts) says what is right.
 */
export type Definition = {
  name: string
  /** SDL by the subgraph's name; without the `@link`, which is added. */
  subgraphs: Record<string, string>
  /** Answers that are not made up: by `Type/number.field` (or `Query.field`). */
  fixed?: Record<string, Fixed>
  /** False: its subgraphs know of things that no single schema could say, so only the cases are run. */
  generated?: false
  cases: Case[]
}

/** A leaf, a thing by its id (`Book/1`), a list of these, or what is worked out from how often each was called. */
export type Fixed =
  | string
  | number
  | boolean
  | null
  | Fixed[]
  | ((args: Record<string, unknown>, calls: string[]) => unknown)

/** An operation and what the specification says it answers; `errors`: their paths, each joined by dots. */
export type Case = {
  title: string
  query: string
  variables?: Record<string, unknown>
  data: unknown
  errors?: string[]
  /** Subgraphs that do not answer. */
  down?: string[]
  /** Executors that do not answer so (known.ts says why). */
  wrong?: ('apollo' | 'compiled')[]
}

const DIRECTIVES =
  '@key @external @requires @provides @shareable @override @inaccessible @interfaceObject @tag @extends @context @fromContext'

/** SDL with the federation version and the directives imported; SDL that says so itself is left as it is. */
export function linked(sdl: string): string {
  if (/@link\(/.test(sdl)) return sdl
  const names = DIRECTIVES.split(' ').map((name) => `"${name}"`)
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${names}])\n${sdl}`
}
