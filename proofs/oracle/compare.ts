import { isDeepStrictEqual } from 'node:util'
import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { code } from '../../router/errors.ts'

/** `data` as JSON text (the order of its keys counts), and each error once, as `path message`. */
export type Answer = { data: string; errors: string[] }

/**
 * An answer as it is compared. Errors are told apart by their path, and: what a subgraph said, by its words and its
 * code; a value that the schema does not allow, only as such, since every library finds its own words for it.
 * Order, number and source locations of errors do not count.
 */
export function answerOf({ data, errors = [] }: ExecutionResult): Answer {
  const told = errors.map((error) => `${(error.path ?? []).join('.')} ${kindOf(error.toJSON?.() ?? error)}`)
  return { data: JSON.stringify(data ?? null), errors: [...new Set(told)].sort() }
}

const OUR_WORDS = /^(There is no|.* was sent what is not valid|The .* service did not answer)/

function kindOf({ message, extensions }: GraphQLFormattedError): string {
  const kind = extensions?.code
  if (!OUR_WORDS.test(message))
    return kind === undefined || kind === code.subgraphInvalid ? 'invalid' : `${kind}: ${message}`
  return `${message} (${kind ?? code.subgraphError})`
}

export type Difference = 'data' | 'order' | 'errors'

/** What two answers differ in. The order of keys is named apart: executeQueryPlan has its own. */
export function differences(right: Answer, other: Answer): Difference[] {
  const found: Difference[] = []
  if (right.data !== other.data) {
    found.push(isDeepStrictEqual(JSON.parse(right.data), JSON.parse(other.data)) ? 'order' : 'data')
  }
  if (right.errors.join('\n') !== other.errors.join('\n')) found.push('errors')
  return found
}

/**
 * What is wrong with an answer while a subgraph is down, where no single server can say what is right: nothing may be
 * there that is not true, and each null must be explained by an error at its path, above it or below it.
 */
export function untruths(right: Answer, other: Answer): string[] {
  const paths = other.errors.map((error) => error.split(' ')[0] ?? '')
  const explained = (path: string) =>
    paths.some(
      (told) =>
        told === '' || told === path || told.startsWith(`${path}.`) || path.startsWith(`${told}.`) || path === '',
    )
  const found: string[] = []
  const walk = (truth: unknown, answer: unknown, path: string) => {
    if (answer === null && truth !== null) {
      if (!explained(path)) found.push(`${path} is null, and no error says why`)
    } else if (!isTree(truth) || !isTree(answer)) {
      if (!isDeepStrictEqual(truth, answer)) found.push(`${path} is ${answer}, not ${truth}`)
    } else {
      if (`${Object.keys(truth).sort()}` !== `${Object.keys(answer).sort()}`) {
        found.push(`${path} has ${Object.keys(answer)}, not ${Object.keys(truth)}`)
      }
      for (const key of Object.keys(truth)) walk(truth[key], answer[key], path === '' ? key : `${path}.${key}`)
    }
  }
  walk(JSON.parse(right.data), JSON.parse(other.data), '')
  return found
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
