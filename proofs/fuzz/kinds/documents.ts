import { print } from 'graphql'
import { loadSupergraph } from '../../../router/supergraph/load.ts'
import { generateOperation } from '../../oracle/generate.ts'
import type { Random } from '../../simulation/random.ts'
import type { Json } from '../json.ts'
import { type Kind, serverErrorIn, serverErrorOf } from '../kind.ts'
import type { Lab } from '../lab/lab.ts'
import { oddJson } from '../odd.ts'
import { oddDocument } from '../odd-document.ts'
import { OPERATIONS, SUPERGRAPH } from '../seeds.ts'

export type Operation = { query: Json; operationName?: Json; variables?: Json; way: string }

const schema = loadSupergraph(SUPERGRAPH).clientSchema
const WAYS = ['http', 'http', 'http', 'ws', 'ws', 'sse']
const NAMES = ['A', 'B', 'F', 'S', '', 'Menu', '__proto__']

/** The close codes for an invalid message, and for one that is too large. */
const PROPER_CLOSE_CODES = new Set([4400, 1009])

/** Runs an operation over the transport that it names. */
export async function runOperation({ way, ...payload }: Operation, lab: Lab): Promise<string | null> {
  if (way === 'ws') {
    const { results, closed } = await lab.ws.run(payload)
    if (closed && !PROPER_CLOSE_CODES.has(closed[0])) return `the connection is closed: ${closed}`
    return serverErrorIn(JSON.stringify(results))
  }
  const headers: { [name: string]: string } = { authorization: lab.authorization }
  if (way === 'sse') headers.accept = 'text/event-stream'
  return serverErrorOf(await lab.http.post(JSON.stringify(payload), headers))
}

/** A random valid operation. The oracle's variables are JSON. */
function randomOperation(random: Random): {
  query: string
  variables: { [name: string]: Json }
  operationName?: string
} {
  const { document, variables } = generateOperation(schema, `fuzz ${random.below(2 ** 30)}`)
  return { query: print(document), variables: variables as { [name: string]: Json } }
}

/** Documents that differ a little from those that apps send, or from random ones. */
export const documents: Kind<Operation> = {
  name: 'documents',
  share: 40,
  expected: /an operation could not be planned/,
  create: (random) => {
    const {
      query,
      variables,
      operationName = null,
    } = random.chance(0.3) ? randomOperation(random) : random.pick(OPERATIONS)
    const name = random.chance(0.7) ? operationName : random.pick(NAMES)
    return { query: oddDocument(random, query), operationName: name, variables, way: random.pick(WAYS) }
  },
  run: runOperation,
}

const HAVE_VARIABLES = OPERATIONS.filter(({ variables }) => Object.keys(variables).length > 0)

/** Valid documents with odd variables, or in a request whose other fields are odd. */
export const variables: Kind<Operation> = {
  name: 'variables',
  share: 14,
  create: (random) => {
    const { variables: good, ...rest } = random.pick(HAVE_VARIABLES)
    const all = { ...rest, variables: oddJson(random, good) }
    return { ...(random.chance(0.1) ? (oddJson(random, all) as typeof all) : all), way: random.pick(WAYS) }
  },
  run: runOperation,
}
