import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type DocumentNode, Kind, parse, validate } from 'graphql'
import { DEFAULTS } from '../../router/config.ts'
import { createOperationCompiler } from '../../router/executor/planning/plan-and-compile.ts'
import { fragmentsOf, normalForm } from '../../router/executor/selection/normal-form.ts'
import { createLimitCheck } from '../../router/limits/check.ts'
import { loadSupergraph } from '../../router/supergraph/load.ts'
import { ORDER_FIELDS } from '../e2e/people.ts'
import { generateOperation } from '../oracle/generate.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const supergraph = loadSupergraph(read('schema/supergraph.graphql'))
const compile = createOperationCompiler(supergraph, (why) => {
  throw why
})

/** The fields of a document's operations that no fetch brings. */
const unplanned = (document: DocumentNode) =>
  document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? compile({
          operation: normalForm(supergraph.clientSchema, definition, fragmentsOf(document)),
          coerced: {},
          rights: null,
        }).unplannedFields
      : [],
  )

const limits = createLimitCheck(supergraph.clientSchema, DEFAULTS, supergraph.listSizes)

/** The limits that operations of a document exceed. */
const refused = (document: DocumentNode) =>
  document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return []
    const fragments = fragmentsOf(document)
    const errors = limits.size(definition, fragments)
    if (errors.length) return errors
    return limits.cost(normalForm(supergraph.clientSchema, definition, fragments), {})
  })

/** The code blocks of a page. Its prose is left out, because quotes and backticks there would pair with those in code. */
const codeIn = (page: string) => [...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('\n')

/** The valid operations on our API in a text, in JSON or in code. */
function operationsIn(text: string): DocumentNode[] {
  const inJson = [...text.matchAll(/"query": ?("(?:\\.|[^"\\])*")/g)].map(([, json]) =>
    String(JSON.parse(json ?? '""')),
  )
  const inCode = [...text.matchAll(/`([^`]+)`|'([^'\n]+)'/g)].map(([, long, short]) =>
    (long ?? short ?? '').replaceAll(`\${ORDER_FIELDS}`, ORDER_FIELDS),
  )
  const quoted = [...inJson, ...inCode]
  return quoted.flatMap((source) => {
    try {
      const document = parse(source)
      return validate(supergraph.clientSchema, document).length === 0 ? [document] : []
    } catch {
      return []
    }
  })
}

/** Files with operations, and the minimum number in each. */
const OPERATIONS: [string, number][] = [
  ['README.md', 5],
  ['docs/clients.md', 3],
  ['proofs/e2e/people.ts', 4],
  ['proofs/e2e/happy-life.e2e.test.ts', 2],
  ['proofs/e2e/saga.e2e.test.ts', 2],
  ['proofs/e2e/live.e2e.test.ts', 2],
]

describe('the limits allow each of our own operations', () => {
  it.each(OPERATIONS)('in %s', (file) => {
    expect(operationsIn(file.endsWith('.md') ? codeIn(read(file)) : read(file)).flatMap(refused)).toEqual([])
  })

  it('in the first queries', () => {
    expect(refused(parse(read('scripts/first-query.graphql')))).toEqual([])
  })
})

describe('every operation of our own API is planned completely', () => {
  it.each(OPERATIONS)('in %s', (file, atLeast) => {
    const found = operationsIn(file.endsWith('.md') ? codeIn(read(file)) : read(file))
    expect(found.length).toBeGreaterThanOrEqual(atLeast)
    expect(found.flatMap(unplanned)).toEqual([])
  })

  it('in the first queries', () => {
    const document = parse(read('scripts/first-query.graphql'))
    expect(validate(supergraph.clientSchema, document)).toEqual([])
    expect(unplanned(document)).toEqual([])
  })

  it('with fragments on types that no result has', () => {
    const document = parse(`mutation ($v: CancelOrderInput!) { cancelOrder(input: $v) { __typename ...F } }
      fragment F on Failure { ... on InvalidInput { message } ... on NotFound { message } }`)
    expect(validate(supergraph.clientSchema, document)).toEqual([])
    expect(unplanned(document)).toEqual([])
  })

  it('generated at random', () => {
    for (let n = 0; n < 300; n++) {
      const { document } = generateOperation(supergraph.clientSchema, `own/${n}`)
      expect(unplanned(document)).toEqual([])
    }
  })
})
