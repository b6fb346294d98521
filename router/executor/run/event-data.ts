import type { GraphQLSchema } from 'graphql'
import { code } from '../../errors.ts'
import type { EventData } from '../../operation.ts'
import { named } from '../answer/losses.ts'
import { force } from '../compile/fetched-shape.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import type { Json } from '../selection/json.ts'
import { invalidMessage, type Warn } from './fetch.ts'
import { merge } from './merge.ts'

/** The tree as a subscription's primary fetch would have begun it, had it been asked, and what is missing from it. */
export function begun(
  { data, lost }: EventData,
  { service, fields, checked }: CompiledFetch,
  schema: GraphQLSchema,
  warn: Warn,
): { tree: Json; lost: EventData['lost'] } {
  const wrong = force(data, checked) ?? []
  if (wrong[0]) warn({ subgraph: service, at: wrong[0], places: wrong.length })
  const tree: Json = {}
  merge(tree, data, fields, schema)
  const flaws = wrong.map((path) => ({ path, message: invalidMessage(service), code: code.subgraphInvalid, service }))
  return { tree, lost: [...lost, ...flaws].map((each) => ({ ...each, path: named(each.path, fields) })) }
}
