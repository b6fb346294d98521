import { type GraphQLSchema, Kind, print, type VariableDefinitionNode } from 'graphql'
import type { leastRecentlyUsed } from '../../../chassis/least-recently-used.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { ErrorPath } from '../../errors.ts'
import type { FetchFailure } from '../../executor/answer/fetch-failures.ts'
import { type CompiledFetch, compileRequest } from '../../executor/compile/fetches.ts'
import type { FieldOutput } from '../../executor/compile/output.ts'
import { bodyOf, requestEntities } from '../../executor/run/fetch.ts'
import { variablesIn } from '../../executor/selection/normal-form.ts'
import type { Caller, EventData } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import type { MissingField } from './message-fields.ts'

/** The subgraph that publishes the feed. `variables` and `definitions` are those of the plan's primary fetch. */
export type FeedSource = {
  service: string
  send: Send
  schema: GraphQLSchema
  definitions: readonly VariableDefinitionNode[]
  variables: Record<string, unknown>
  /** Compiled fetches, by their selection. */
  missingFetches: ReturnType<typeof leastRecentlyUsed<CompiledFetch>>
  log: Logger
}

/**
 * Requests all fields that a message lacks from the feed's source, with one fetch, and writes them into the data. Fields
 * that cannot be fetched become null; their failures are returned.
 */
export async function requestMissing(
  source: FeedSource,
  missing: MissingField[],
  caller: Caller,
): Promise<EventData['failures']> {
  const { service, send, variables, log } = source
  const entities = [...Map.groupBy(missing, ({ into }) => into).values()]
  const aliases = aliasesOf(missing)
  const fetch = fetchOf(source, missing, aliases)
  const representations = entities.map(([first]) => JSON.stringify(first?.representation)).join()
  const failures: FetchFailure[] = []
  const response = await requestEntities(
    fetch,
    bodyOf(fetch, representations, variables, {}),
    entities.map(([first]) => (first ? [first.into] : [])),
    { send, request: { variables, coerced: variables, caller }, failures, warn: (what) => log.warn(what, WRONG_SHAPE) },
  )
  for (const [index, group] of entities.entries()) {
    const entity = response?.[index]
    for (const { field, into } of group) into[field.name] = entity?.[aliases.get(field) ?? ''] ?? null
  }
  const pathOf = ({ path, field }: MissingField): ErrorPath => [...path, field.name]
  return failures.flatMap(({ path, message, code, retryAfter }) => {
    const failure = { message, code, retryAfter, service }
    const [, index, alias, ...rest] = path === 'all' ? [] : path
    const group = typeof index === 'number' ? entities[index] : undefined
    if (!group) return missing.map((each) => ({ ...failure, path: pathOf(each) }))
    const field = group.find((each) => aliases.get(each.field) === alias)
    // If the entity itself failed, all its fields did.
    return field
      ? [{ ...failure, path: [...pathOf(field), ...rest] }]
      : group.map((each) => ({ ...failure, path: pathOf(each) }))
  })
}

const WRONG_SHAPE = 'answer of the wrong shape'

/** Each field has an alias of its own, because fields of one name may have different arguments in different entities. */
function aliasesOf(missing: MissingField[]): Map<FieldOutput, string> {
  const fields = new Set(missing.map(({ field }) => field))
  return new Map([...fields].map((field, index) => [field, `f${index}`]))
}

function fetchOf(source: FeedSource, missing: MissingField[], aliases: Map<FieldOutput, string>): CompiledFetch {
  const byType = [...Map.groupBy(missing, ({ typename }) => typename)]
  const fragments = byType.map(([typename, fields]) => {
    const texts = [...new Set(fields.map(({ field }) => field))].flatMap((field) => {
      const alias = { kind: Kind.NAME, value: aliases.get(field) ?? '' } as const
      return field.nodes.map((node) => print({ ...node, alias }))
    })
    return `... on ${typename} { ${texts.join(' ')} }`
  })
  const selection = `__typename ${fragments.join(' ')}`
  const known = source.missingFetches.get(selection)
  if (known) return known
  const compiled = compileMissingFetch(source, selection, aliases)
  source.missingFetches.set(selection, compiled)
  return compiled
}

function compileMissingFetch(
  { service, schema, definitions }: FeedSource,
  selection: string,
  aliases: Map<FieldOutput, string>,
): CompiledFetch {
  const used = new Set([...aliases.keys()].flatMap(({ nodes }) => nodes.flatMap((node) => [...variablesIn(node)])))
  const declared = definitions.filter(({ variable }) => used.has(variable.name.value))
  const head = ['$representations: [_Any!]!', ...declared.map((definition) => print(definition))].join(', ')
  const operation = `query (${head}) { _entities(representations: $representations) { ${selection} } }`
  return compileRequest(service, operation, schema, [...used])
}
