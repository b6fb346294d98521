import { isDeepStrictEqual } from 'node:util'
import { type DocumentNode, execute, GraphQLError } from 'graphql'
import { parseExactly } from '../../chassis/exact-json.ts'
import {
  type NoResponse,
  readResponse,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../../router/upstream/subgraph-client.ts'
import { derivedFrom, evaluate, project } from './expected-values.ts'
import { isThing, rootThing } from './monolith.ts'
import type { ReadText } from './open-supergraph.ts'
import { concrete, type Subgraph } from './setup.ts'
import { POPULATION, type Thing, type World } from './world.ts'

export type Send = (request: Pick<SubgraphRequest, 'url' | 'body'>) => Promise<SubgraphResponse | NoResponse>

/** Faults during an operation: subgraphs that do not answer, and functions that corrupt the data or errors of answers. */
export type Faults = {
  down: readonly string[]
  corrupt?: (service: string, query: string, data: unknown) => unknown
  corruptErrors?: (errors: readonly GraphQLError[]) => unknown
}

/**
 * All subgraphs of a world, in this process. Each knows only its own schema and what it was sent. An invalid request is
 * answered with an error, so that it shows as a difference.
 */
export function startSubgraphs(world: World, read: ReadText): { send: Send; setFaults: (faults: Faults) => void } {
  let faults: Faults = { down: [] }

  const send: Send = async ({ url, body }) => {
    const service = decodeURIComponent(url.pathname.slice(1))
    const subgraph = world.setup.subgraphs.get(service)
    if (!subgraph) throw new Error(`No subgraph ${service}`)
    if (faults.down.includes(service)) return { failure: 'unavailable', cause: 'down' }
    const { query, operationName } = JSON.parse(body)
    const { variables = {} } = parseExactly(body) as { variables?: Record<string, unknown> } // The executors send no others.
    const document = read(subgraph, query)
    if (document instanceof Error) return failed(`${service} was sent what is not valid: ${document.message}`)
    const answer = await answerOf(world, subgraph, document, variables, operationName)
    const { data = null, errors } = answer
    const sent = {
      data: faults.corrupt ? faults.corrupt(service, query, data) : data,
      errors: errors && faults.corruptErrors ? faults.corruptErrors(errors) : errors,
    }
    return readResponse({ status: 200, text: JSON.stringify(sent) })
  }
  return {
    send,
    setFaults: (now) => {
      faults = now
    },
  }
}

const failed = (message: string): SubgraphResponse => ({ data: null, errors: [{ message, path: [], code: undefined }] })

function answerOf(
  world: World,
  subgraph: Subgraph,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  operationName: string | undefined,
) {
  const { fullSchema } = world.setup.supergraph
  const rootTypes = [fullSchema.getQueryType()?.name, fullSchema.getMutationType()?.name]
  return execute({
    schema: subgraph.schema,
    document,
    variableValues,
    operationName,
    fieldResolver: (source, args, _, info) => {
      const parent = info.parentType.name
      const field = info.fieldName
      if (field === '_entities' && parent === rootTypes[0]) {
        // `_Any` is not validated. Representations that are not objects fail below.
        return (args.representations as Record<string, unknown>[]).map((sent) => find(world, subgraph, sent))
      }
      // Every object is a Thing: _entities returns them, and so does world.value.
      const thing = (source as Thing | undefined) ?? rootThing(parent)
      const requires = subgraph.requires.get(`${parent}.${field}`)
      const by = requires ? derivedFrom(project(requires, thing.sent ?? {}, parent, fullSchema)) : ''
      return world.value(thing, field, args, by)
    },
    typeResolver: (thing) => {
      if (isThing(thing)) return typeIn(subgraph, thing.type)
      throw new GraphQLError('This is no thing.')
    },
  })
}

/** A subgraph's name for a type of entity: its own, or that of an interface object. */
function typeIn(subgraph: Subgraph, type: string): string {
  if (subgraph.schema.getType(type)) return type
  const [interfaceObject] = [...subgraph.interfaceObjects].flatMap(([name, types]) =>
    types.includes(type) ? [name] : [],
  )
  return interfaceObject ?? type
}

/** The entity of a representation; null if there is none, or a key is null. */
function find(world: World, subgraph: Subgraph, sent: Record<string, unknown>): Thing | null {
  const name = String(sent.__typename)
  const keys = subgraph.resolvableKeys.get(name)
  if (!keys) throw new GraphQLError(`${subgraph.name} has no key for ${name}`)
  const { fullSchema } = world.setup.supergraph
  const local = subgraph.schema.getType(name)
  const types = concrete(fullSchema, local ? name : '')
  for (const key of keys) {
    const wanted = project(key, sent, name, fullSchema)
    if (JSON.stringify(wanted).includes('null')) continue
    for (const type of types) {
      for (let number = 1; number <= POPULATION; number++) {
        const thing = { ...world.entity(type, number), sent }
        if (isDeepStrictEqual(evaluate(world, key, thing), wanted)) return thing
      }
    }
  }
  return null
}
