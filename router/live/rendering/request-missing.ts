import {
  type FieldNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  print,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { Logger } from '../../../chassis/log.ts'
import type { ErrorPath } from '../../errors.ts'
import type { FetchFailure } from '../../executor/answer/fetch-failures.ts'
import { NO_ARGUMENT_ALIASES } from '../../executor/compile/argument-aliases.ts'
import { type CompiledFetch, compileFetch } from '../../executor/compile/fetches.ts'
import { bodyOf, readEntities, sendFetch } from '../../executor/run/fetch.ts'
import type { leastRecentlyUsed } from '../../least-recently-used.ts'
import type { Caller, EventData } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import type { Missing } from './message-fields.ts'

/** Whom to ask, by which plan's primary: its variables are what the fields' arguments may be. */
export type Owner = {
  service: string
  send: Send
  schema: GraphQLSchema
  definitions: readonly VariableDefinitionNode[]
  variables: Record<string, unknown>
  /** What was asked before, by what was missing. */
  questions: ReturnType<typeof leastRecentlyUsed<CompiledFetch>>
  log: Logger
}

/**
 * Asks the owner for all that a message does not carry, with one fetch, and puts it in its places. Answers what even
 * the owner did not tell; those fields are null.
 */
export async function askOwner(owner: Owner, missing: Missing[], caller: Caller): Promise<EventData['failures']> {
  const { service, send, variables, log } = owner
  const places = [...Map.groupBy(missing, ({ into }) => into).values()]
  const aliases = aliasesOf(missing)
  const fetch = questionOf(owner, missing, aliases)
  const representations = places.map(([first]) => JSON.stringify(first?.representation)).join()
  const failures: FetchFailure[] = []
  const { data, failAt, failAll } = await sendFetch(
    fetch,
    bodyOf(fetch, representations, variables, {}),
    places.map(([first]) => (first ? [first.into] : [])),
    { send, request: { variables, coerced: variables, caller }, failures, warn: (what) => log.warn(what, WRONG_SHAPE) },
  )
  const answered = data && readEntities(data, places.length, fetch.fieldsToCheck)
  if (data && !answered) failAll()
  if (answered?.invalidPaths.length) failAt(answered.invalidPaths)

  for (const [index, place] of places.entries()) {
    const entity = answered?.entities[index]
    for (const { field, into } of place) into[field.response] = entity?.[aliases.get(field.node) ?? ''] ?? null
  }
  const pathOf = ({ path, field }: Missing): ErrorPath => [...path, field.response]
  return failures.flatMap(({ path, message, code, retryAfter }) => {
    const loss = { message, code, retryAfter, service }
    const [, index, alias, ...rest] = path === 'all' ? [] : path
    const place = typeof index === 'number' ? places[index] : undefined
    if (!place) return missing.map((each) => ({ ...loss, path: pathOf(each) }))
    const field = place.find((each) => aliases.get(each.field.node) === alias)
    // An entity that could not be found at all costs each of its fields.
    return field
      ? [{ ...loss, path: [...pathOf(field), ...rest] }]
      : place.map((each) => ({ ...loss, path: pathOf(each) }))
  })
}

const WRONG_SHAPE = 'answer of the wrong shape'

/** Fields of the same name in the answer may differ in their arguments from entity to entity: each has its own alias. */
function aliasesOf(missing: Missing[]): Map<FieldNode, string> {
  const nodes = new Set(missing.map(({ field }) => field.node))
  return new Map([...nodes].map((node, index) => [node, `f${index}`]))
}

function questionOf(owner: Owner, missing: Missing[], aliases: Map<FieldNode, string>): CompiledFetch {
  const byType = [...Map.groupBy(missing, ({ typename }) => typename)]
  const fragments = byType.map(([typename, fields]) => {
    const nodes = [...new Set(fields.map(({ field }) => field.node))]
    const texts = nodes.map((node) => print({ ...node, alias: { kind: Kind.NAME, value: aliases.get(node) ?? '' } }))
    return `... on ${typename} { ${texts.join(' ')} }`
  })
  const selection = `__typename ${fragments.join(' ')}`
  const known = owner.questions.get(selection)
  if (known) return known
  const question = compileQuestion(owner, selection, aliases)
  owner.questions.set(selection, question)
  return question
}

function compileQuestion(
  { service, schema, definitions }: Owner,
  selection: string,
  aliases: Map<FieldNode, string>,
): CompiledFetch {
  const used = new Set<string>()
  for (const node of aliases.keys()) visit(node, { Variable: ({ name }) => void used.add(name.value) })
  const declared = definitions.filter(({ variable }) => used.has(variable.name.value))
  const head = ['$representations: [_Any!]!', ...declared.map((definition) => print(definition))].join(', ')
  const operation = `query (${head}) { _entities(representations: $representations) { ${selection} } }`
  return compileFetch(
    {
      kind: 'Fetch',
      serviceName: service,
      operation,
      operationName: undefined,
      operationKind: OperationTypeNode.QUERY,
      requires: [],
      variableUsages: [...used],
    },
    [],
    { schema, definitions: new Map(), argumentAliases: NO_ARGUMENT_ALIASES, representations: new Map() },
  )
}
