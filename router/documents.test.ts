import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { createDocuments, type OperationParams } from './documents.ts'

const schema = buildSchema(`
  type Query { hello(words: [[[[[[String]]]]]]): String, me: Person }
  type Person { name: String, friend: Person }
  type Mutation { greet: String }
  type Subscription { greeted: String }`)
const documents = createDocuments(schema)
const codesOf = (params: OperationParams, read = documents) => {
  const answer = read(params)
  return 'errors' in answer ? answer.errors.map(({ extensions }) => extensions.code) : 'valid'
}

describe('an operation that a client sent', () => {
  it('is read with its name, variables and kind', () => {
    const query = 'query a { hello } mutation b { greet } subscription c { greeted }'
    expect(documents({ query, operationName: 'c', variables: { x: 1 } })).toMatchObject({
      request: { operationName: 'c', variables: { x: 1 } },
      kind: 'subscription',
    })
    expect(documents({ query: '{ hello }', operationName: null, variables: null })).toMatchObject({
      request: { operationName: null, variables: {} },
      kind: 'query',
    })
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

  it('is refused where the document says something else', () => {
    expect(codesOf({ query: '{ hello' })).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect(codesOf({ query: '{ bye hi }' })).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'])
    expect(codesOf({ query: '{ hello(words: [[[[[["x"]]]]]]) }' })).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(codesOf({ query: 'query a { hello } query b { hello }' })).toEqual(['OPERATION_RESOLUTION_FAILURE'])
    expect(codesOf({ query: 'query a { hello }', operationName: 'b' })).toEqual(['OPERATION_RESOLUTION_FAILURE'])
  })

  it('tells where it is wrong', () => {
    const answer = documents({ query: '{\n  nothing }' })
    expect('errors' in answer && answer.errors[0]?.toJSON()).toEqual({
      message: 'Cannot query field "nothing" on type "Query".',
      locations: [{ line: 2, column: 3 }],
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
  })

  it('may be only so long, and only as deep as can be read', () => {
    const long = `{ ${'hello '.repeat(200)} }`
    expect(codesOf({ query: long }, createDocuments(schema, { maxTokens: 100 }))).toEqual(['GRAPHQL_PARSE_FAILED'])
    const deep = `{ me ${'{ friend '.repeat(100_000)} { name } ${'}'.repeat(100_000)} }`
    const patient = createDocuments(schema, { maxTokens: 1_000_000 })
    expect(codesOf({ query: deep }, patient)).toEqual(['GRAPHQL_PARSE_FAILED'])
  })
})

describe('a valid document', () => {
  const documentOf = (read: typeof documents, query: string) => {
    const answer = read({ query })
    return 'request' in answer ? answer.request.document : null
  }

  it('is the same one each time, so that what is known of it can be kept with it', () => {
    expect(documentOf(documents, '{ hello }')).toBe(documentOf(documents, '{ hello }'))
  })

  it('is forgotten where others were used since, or where it is huge', () => {
    const two = createDocuments(schema, { kept: 2 })
    const first = documentOf(two, '{ a: hello }')
    documentOf(two, '{ b: hello }')
    expect(documentOf(two, '{ a: hello }')).toBe(first)
    documentOf(two, '{ c: hello }')
    documentOf(two, '{ d: hello }')
    expect(documentOf(two, '{ a: hello }')).not.toBe(first)
    const huge = `{ hello } # ${'x'.repeat(20_000)}`
    expect(documentOf(two, huge)).not.toBe(documentOf(two, huge))
  })
})
