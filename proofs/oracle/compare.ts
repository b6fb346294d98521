import { isDeepStrictEqual } from 'node:util'
import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { JsonNumber, parseExactly } from '../../chassis/exact-json.ts'
import { code } from '../../router/errors.ts'

/** `data` as JSON text (the order of keys counts), and each distinct error once, as `path kind`. */
export type Answer = { data: string; errors: string[] }

/**
 * An answer in the form that is compared. A subgraph's error counts with its path, message and code. An error for an
 * invalid value counts with its path only, since every library has its own message. Order, number and source locations
 * of errors do not count.
 */
export function answerOf({ data, errors = [] }: ExecutionResult): Answer {
  const described = errors.map((error) => `${(error.path ?? []).join('.')} ${kindOf(error.toJSON?.() ?? error)}`)
  return { data: JSON.stringify(data ?? null), errors: [...new Set(described)].sort() }
}

const OUR_WORDS = /^(There is no|.* was sent what is not valid|The .* service did not answer)/

function kindOf({ message, extensions }: GraphQLFormattedError): string {
  const kind = extensions?.code
  if (!OUR_WORDS.test(message))
    return kind === undefined || kind === code.subgraphInvalid ? 'invalid' : `${kind}: ${message}`
  return `${message} (${kind ?? code.subgraphError})`
}

export type Difference = 'data' | 'order' | 'errors'

/**
 * How two answers differ. The order of keys is reported separately, because executeQueryPlan has its own. If errors are
 * `coarse`, they may be above the expected paths.
 */
export function differences(expected: Answer, other: Answer, coarse = false): Difference[] {
  const found: Difference[] = []
  if (expected.data !== other.data) {
    found.push(isDeepStrictEqual(parseExactly(expected.data), parseExactly(other.data)) ? 'order' : 'data')
  }
  const areExpected = coarse
    ? areCovered(expected.errors, other.errors) && other.errors.every((one) => areAbove(expected.errors, one))
    : expected.errors.join('\n') === other.errors.join('\n')
  if (!areExpected) found.push('errors')
  return found
}

/** Whether each error has one of the others at its path or above it. */
export const areCovered = (errors: readonly string[], others: readonly string[]): boolean =>
  errors.every((error) => others.some((other) => isAtOrAbove(other, error)))

const areAbove = (errors: readonly string[], above: string) => errors.some((error) => isAtOrAbove(above, error))

/** Whether the path of the second error begins with that of the first, and they are equal otherwise. Any error explains an invalid value. */
function isAtOrAbove(above: string, below: string): boolean {
  const [[outer, outerKind], [inner, innerKind]] = [splitOnce(above), splitOnce(below)]
  return (
    (outerKind === innerKind || innerKind === 'invalid') &&
    (outer === '' || outer === inner || inner.startsWith(`${outer}.`))
  )
}

function splitOnce(described: string): [path: string, kind: string] {
  const end = described.indexOf(' ')
  return end < 0 ? [described, ''] : [described.slice(0, end), described.slice(end + 1)]
}

/**
 * Finds errors in an answer under faults, where a single server cannot give the expected one: values must be true,
 * and each null, and each field that fails anyway, must be explained by an error at its path, above it or below it.
 */
export function inconsistencies(expected: Answer, other: Answer): string[] {
  const paths = other.errors.map((error) => error.split(' ')[0] ?? '')
  const explained = (path: string) =>
    paths.some(
      (described) =>
        described === '' ||
        described === path ||
        described.startsWith(`${path}.`) ||
        path.startsWith(`${described}.`) ||
        path === '',
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
  walk(parseExactly(expected.data), parseExactly(other.data), '')
  for (const error of expected.errors) {
    const [path = ''] = error.split(' ')
    if (!explained(path)) found.push(`${path} is null, and no error says why`)
  }
  return found
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof JsonNumber)
