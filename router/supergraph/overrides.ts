/**
 * Labels of a progressive `@override` that are on: there a field comes from its new subgraph. Of those that name a share of
 * the requests only the whole is, so that an operation has one plan; by all others a field stays with the old subgraph,
 * which can answer it for as long as there is a label.
 */
export const overrideConditions: Map<string, boolean> = new Map([
  ['percent(100)', true],
  ['percent(100.0)', true],
])
