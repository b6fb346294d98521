import { describe, expect, it } from '@jest/globals'
import { parse, print } from 'graphql'
import { loadSupergraph } from '../../supergraph/load.ts'
import { auction } from '../../testing/auction.ts'
import { operationOf } from '../../testing/operation.ts'
import { compose } from '../../testing/router.ts'
import { createLiveOperationReader } from './live-operation.ts'

const subgraphs = auction.map((subgraph) => ({ ...subgraph, url: 'http://127.0.0.1:1' }))
const { clientSchema } = loadSupergraph(compose(subgraphs))
const reader = createLiveOperationReader(clientSchema)
const read = (source: string, variables: Record<string, unknown> = {}, operationName: string | null = null) => {
  const operation = reader({ operation: operationOf(clientSchema, source, operationName), variables })
  if ('errors' in operation) throw operation.errors[0]
  return operation
}
const refused = (source: string, variables: Record<string, unknown> = {}) => {
  const operation = reader({ operation: operationOf(clientSchema, source), variables })
  if (!('errors' in operation)) throw new Error('It was not refused.')
  return operation.errors.map(({ message, extensions }) => [extensions.code, message])
}

describe('a live operation', () => {
  it('has its field, arguments and cursor, as variables or literals', () => {
    const source = 'subscription ($id: ID!, $from: LiveCursor) { u: lotUpdated(lotId: $id, after: $from) { kind } }'
    const byVariable = read(source, { id: 7, from: 'c1', unknown: 1 })
    expect(byVariable).toMatchObject({ field: 'lotUpdated', response: 'u', args: { lotId: '7' }, after: 'c1' })
    expect(byVariable.request.variables).toEqual({ id: 7 })
    const written = read('subscription { lotUpdated(after: "c2", lotId: "7") { kind } }')
    expect(written).toMatchObject({ response: 'lotUpdated', args: { lotId: '7' }, after: 'c2' })
    expect(read(source, { id: 7 }).after).toBeNull()
    expect(read(source, { id: 7, from: null }).after).toBeNull()
  })

  it('is planned without its cursor', () => {
    const { request } = read(
      `query Q { lot(id: 1) { id } }
      subscription S($id: ID, $from: LiveCursor) { ...root } fragment root on Subscription { lotUpdated(lotId: $id, after: $from) { kind } }`,
      { from: 'c1' },
      'S',
    )
    expect(print(request.operation)).toBe(print(parse('subscription S($id: ID) { lotUpdated(lotId: $id) { kind } }')))
  })

  it('has the same key for any cursor and layout', () => {
    const source = 'subscription ($id: ID = "d", $from: LiveCursor) { lotUpdated(lotId: $id, after: $from) { kind } }'
    const one = read(source, { from: 'c1' })
    expect(read(source.replaceAll(' ', '\n'), { from: 'c2', id: 'd' }).operationKey).toBe(one.operationKey)
    expect(read(source, { id: 'e' }).operationKey).not.toBe(one.operationKey)
    expect(read(source.replace('kind', 'cursor'), {}).operationKey).not.toBe(one.operationKey)
  })

  it('has the same plan for other arguments, but not for other conditions', () => {
    const source =
      'subscription ($id: ID, $with: Boolean!) { lotUpdated(lotId: $id) { kind cursor @include(if: $with) } }'
    const one = read(source, { id: 1, with: true })
    expect(read(source, { id: 2, with: true }).planKey).toBe(one.planKey)
    expect(read(source, { id: 1, with: false }).planKey).not.toBe(one.planKey)
  })

  it('may select its root field twice', () => {
    expect(read('subscription { lotUpdated(lotId: 1) { kind } ... { lotUpdated(lotId: 1) { cursor } } }').args).toEqual(
      { lotId: '1' },
    )
  })

  it.each([
    ['several root fields', 'subscription { lotUpdated { kind } clock }', 'exactly one root field'],
    ['one root field by two names', 'subscription { a: clock b: clock }', 'exactly one root field'],
    ['only __typename', 'subscription { __typename }', 'exactly one root field'],
  ])('is refused with %s', (_, source, why) => {
    expect(refused(source, { s: false })).toEqual([['GRAPHQL_VALIDATION_FAILED', expect.stringContaining(why)]])
  })

  it('is refused with an invalid variable, or a cursor that is no text', () => {
    const source = 'subscription ($from: LiveCursor, $id: ID) { lotUpdated(lotId: $id, after: $from) { kind } }'
    expect(refused(source, { id: {} })).toEqual([
      ['BAD_USER_INPUT', expect.stringContaining('"$id" got invalid value')],
    ])
    expect(refused(source, { from: 5 })).toEqual([['BAD_USER_INPUT', expect.stringContaining('"after"')]])
  })
})
