import { describe, expect, it } from '@jest/globals'
import { buildSchema, GraphQLError } from 'graphql'
import { createOperationReader, type OperationParams } from './read-operation.ts'

const schema = buildSchema(`
  type Query { hello(words: [[[[[[String]]]]]]): String, me: Person }
  type Person { name: String, friend: Person }
  type Mutation { greet: String }
  type Subscription { greeted: String, watched: Person }`)
const readOperation = createOperationReader(schema)
const codesOf = (params: OperationParams, read = readOperation) => {
  const answer = read(params)
  return 'errors' in answer ? answer.errors.map(({ extensions }) => extensions.code) : 'valid'
}

describe('an operation that a client sent', () => {
  it('is read with its name, variables and kind', () => {
    const query = 'query a { hello } mutation b { greet } subscription c { greeted }'
    expect(readOperation({ query, operationName: 'c', variables: { x: 1 } })).toMatchObject({
      request: { operation: { name: { value: 'c' } }, variables: { x: 1 } },
      source: { query, operationName: 'c' },
      kind: 'subscription',
    })
    for (const operationName of [null, '']) {
      expect(readOperation({ query: '{ hello }', operationName, variables: null })).toMatchObject({
        request: { variables: {} },
        source: { operationName: null },
        kind: 'query',
      })
    }
  })

  it.each<[string, OperationParams]>([
    ['without a query', {}],
    ['with an empty query', { query: '' }],
    ['whose query is no string', { query: 1 }],
    ['whose name is no string', { query: '{ hello }', operationName: 1 }],
    ['whose variables are a list', { query: '{ hello }', variables: [] }],
    ['whose variables are text', { query: '{ hello }', variables: '{}' }],
  ])('%s is refused', (_, params) => {
    expect(codesOf(params)).toEqual(['BAD_REQUEST'])
  })

  it('is refused if the document differs', () => {
    expect(codesOf({ query: '{ hello' })).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect(codesOf({ query: '{ bye hi }' })).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'])
    expect(codesOf({ query: '{ hello(words: [[[[[["x"]]]]]]) }' })).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(codesOf({ query: 'query a { hello } query b { hello }' })).toEqual(['OPERATION_RESOLUTION_FAILURE'])
    expect(codesOf({ query: 'query a { hello }', operationName: 'b' })).toEqual(['OPERATION_RESOLUTION_FAILURE'])
  })

  // graphql-js 16 throws on some of these (graphql-js#3974) and accepts others; GraphQL draft 5.2.4.1 refuses them all.
  it.each([
    'subscription { greeted @skip { name } }',
    'subscription { greeted @skip }',
    'subscription { greeted @include }',
    'subscription ($s: Boolean!) { greeted @skip(if: $s) }',
    'subscription ($s: Boolean) { greeted @include(if: $s) }',
    'subscription { greeted @skip(if: false) }',
    'subscription { greeted @include(if: true) }',
    'subscription { greeted @skip(if: null) }',
    'subscription { greeted @skip(if: "yes") }',
    'subscription { greeted @skip(unless: true) }',
    'subscription { ... @include(if: true) { greeted } }',
    'subscription { ... on Subscription @skip { greeted } }',
    'subscription { ...F @skip } fragment F on Subscription { greeted }',
    'subscription { ...F } fragment F on Subscription { greeted @skip }',
    'subscription { ...F } fragment F on Subscription { ...G @include } fragment G on Subscription { greeted }',
    'subscription { ...F @skip } fragment F on Subscription { ...F @skip greeted }',
    'query A { hello } subscription B($s: Boolean!) { greeted @skip(if: $s) }',
  ])('with a condition at the root of a subscription is refused, whichever is to be run: %s', (query) => {
    for (const operationName of [null, 'A', 'B']) {
      const codes = new Set(codesOf({ query, operationName, variables: { s: true } }))
      expect([...codes]).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    }
  })

  it('may have conditions below the root of a subscription, and at any other root', () => {
    expect(codesOf({ query: 'subscription { watched { name @skip(if: false) } }' })).toBe('valid')
    expect(codesOf({ query: '{ hello @skip(if: false) ... @include(if: true) { me { name } } }' })).toBe('valid')
    const both = 'query A { hello ...F @skip(if: true) } fragment F on Query { hello } subscription B { greeted }'
    expect(codesOf({ query: both, operationName: 'A' })).toBe('valid')
  })

  it('has the location of an error', () => {
    const answer = readOperation({ query: '{\n  nothing }' })
    expect('errors' in answer && answer.errors[0]?.toJSON()).toEqual({
      message: 'Cannot query field "nothing" on type "Query".',
      locations: [{ line: 2, column: 3 }],
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
  })

  it('has a limited length, and a depth that can be parsed', () => {
    const long = `{ ${'hello '.repeat(200)} }`
    expect(codesOf({ query: long }, createOperationReader(schema, { maxTokens: 100 }))).toEqual([
      'GRAPHQL_PARSE_FAILED',
    ])
    const padded = createOperationReader(schema, { maxLength: 100 })({ query: `{ hello } #${'\n'.repeat(100)}` })
    expect('errors' in padded && padded.errors.map((error) => error.toJSON())).toEqual([
      {
        message: 'The document is too long: 111, and 100 at most.',
        extensions: { code: 'LIMIT_EXCEEDED', limit: 'MAX_DOCUMENT', allowed: 100, asked: 111 },
      },
    ])
    const deep = `{ me ${'{ friend '.repeat(100_000)} { name } ${'}'.repeat(100_000)} }`
    const patient = createOperationReader(schema, { maxTokens: 1_000_000, maxLength: 10_000_000 })
    expect(codesOf({ query: deep }, patient)).toEqual(['GRAPHQL_PARSE_FAILED'])
  })

  it('may have variables nested 64 deep', () => {
    const nested = (depth: number, open: string, close: string) => JSON.parse(open.repeat(depth) + close.repeat(depth))
    const ask = (deep: unknown) => readOperation({ query: '{ hello }', variables: { flat: [[1], {}], deep } })
    for (const deep of [nested(64, '[', ']'), JSON.parse(`${'[{"a":'.repeat(32)}1${'}]'.repeat(32)}`)]) {
      expect(ask(deep)).toHaveProperty('request')
    }
    for (const deep of [nested(65, '[', ']'), nested(100_000, '[', ']'), [1, { a: nested(63, '[', ']') }]]) {
      expect(ask(deep)).toMatchObject({
        errors: [{ message: '`variables.deep` is nested more than 64 deep.', extensions: { code: 'BAD_REQUEST' } }],
      })
    }
  })

  it('gets few short errors for any number of mistakes', () => {
    const wrongs = [
      { query: `{ ${Array.from({ length: 500 }, (_, n) => `wrong${n}`).join(' ')} }` },
      { query: `{ ${'x'.repeat(50_000)} }` },
      { query: `{ hello ${'x'.repeat(50_000)}` },
      { query: `{ hello(words: { x: "${'x'.repeat(50_000)}" }) }` },
      { query: `{ ${'me { same: name } me { same: __typename } '.repeat(150)} }` },
      { query: '{ hello }', operationName: 'x'.repeat(50_000) },
    ]
    for (const params of wrongs) {
      const answer = readOperation(params)
      const errors = 'errors' in answer ? answer.errors : []
      expect(errors.length).toBeGreaterThan(0)
      expect(errors.length).toBeLessThanOrEqual(21)
      for (const { message } of errors) expect(message.length).toBeLessThanOrEqual(500)
      expect(JSON.stringify(errors).length).toBeLessThan(20_000)
    }
  })

  it('gets no suggestions from a hidden schema', () => {
    const messageOf = (read: typeof readOperation) => {
      const answer = read({ query: '{ helo }' })
      return 'errors' in answer ? answer.errors[0]?.message : null
    }
    expect(messageOf(readOperation)).toBe('Cannot query field "helo" on type "Query". Did you mean "hello"?')
    expect(messageOf(createOperationReader(schema, { introspection: false }))).toBe(
      'Cannot query field "helo" on type "Query".',
    )
  })
})

describe('a valid document', () => {
  const operationOf = (read: typeof readOperation, query: string) => {
    const answer = read({ query })
    return 'request' in answer ? answer.request.operation : null
  }

  it('is the same object each time, so that caches can use it as a key', () => {
    expect(operationOf(readOperation, '{ hello }')).toBe(operationOf(readOperation, '{ hello }'))
  })

  it('is removed if others were used since', () => {
    const two = createOperationReader(schema, { kept: 2 })
    const first = operationOf(two, '{ a: hello }')
    operationOf(two, '{ b: hello }')
    expect(operationOf(two, '{ a: hello }')).toBe(first)
    operationOf(two, '{ c: hello }')
    operationOf(two, '{ d: hello }')
    expect(operationOf(two, '{ a: hello }')).not.toBe(first)
  })

  it('is removed if the others are long', () => {
    const first = operationOf(readOperation, '{ a: hello }')
    for (let n = 0; n < 50; n++) operationOf(readOperation, `{ hello } # ${n} ${'x'.repeat(50_000)}`)
    expect(operationOf(readOperation, '{ a: hello }')).not.toBe(first)
  })

  it('is removed if the others are short, but spread their fragments in many places', () => {
    const first = operationOf(readOperation, '{ a: hello }')
    for (let n = 0; n < 100; n++) {
      const places = Array.from({ length: 80 }, (_, place) => `a${place}: me { ...F }`).join(' ')
      const words = `fragment F on Person { ${'x'.repeat(300)}${n}: name }`
      operationOf(readOperation, `{ b: me { ${places.replaceAll('me', 'friend')} } } ${words}`)
    }
    expect(operationOf(readOperation, '{ a: hello }')).not.toBe(first)
  })

  it('is weighed with all of its operations that were used', () => {
    const first = operationOf(readOperation, '{ a: hello }')
    const long = 'x'.repeat(12_000)
    const friends = Array.from({ length: 30 }, (_, n) => `f${n}: friend { ...F }`).join(' ')
    const query = `query A { me { ${friends} } } query B { me { b: friend { ${friends} } } } fragment F on Person { ${long}: name }`
    for (const operationName of ['A', 'B']) readOperation({ query, operationName })
    readOperation({ query: `${query} # another`, operationName: 'A' })
    expect(operationOf(readOperation, '{ a: hello }')).not.toBe(first)
  })

  it('of other clients is not forgotten for those of one', () => {
    const read = createOperationReader(schema, { kept: 3 })
    const operationFor = (query: string, client: string) => {
      const answer = read({ query }, client)
      return 'request' in answer ? answer.request.operation : null
    }
    const ofAnn = operationFor('{ a: hello }', 'ann')
    for (let n = 0; n < 10; n++) operationFor(`{ x${n}: hello }`, 'flood')
    expect(operationFor('{ a: hello }', 'flood')).toBe(ofAnn)
  })

  it('is not cached if it is beyond the limits', () => {
    const narrow = createOperationReader(schema, {
      kept: 1,
      limits: { size: ({ name }) => (name?.value === 'big' ? [tooMuch] : []), cost: () => [] },
    })
    const first = operationOf(narrow, '{ a: hello }')
    expect(narrow({ query: 'query big { hello }', operationName: 'big' })).toEqual({ errors: [tooMuch] })
    expect(operationOf(narrow, '{ a: hello }')).toBe(first)
  })

  it('holds no text and no places: it is kept for long', () => {
    expect(operationOf(readOperation, '{ hello }')).not.toHaveProperty('loc')
  })
})

const tooMuch = new GraphQLError('Too much.', { extensions: { code: 'LIMIT_EXCEEDED' } })
