import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { parse, validate } from 'graphql'
import { pino } from 'pino'
import { JsonNumber } from '../../../chassis/exact-json.ts'
import { type Claims, CONTEXT_HEADER, createVerifier } from '../../../chassis/signed-context.ts'
import { formatError } from '../../errors.ts'
import { createExecutor } from '../../request/execute.ts'
import { createPrepare } from '../../request/prepare.ts'
import { loadSupergraph } from '../../supergraph/load.ts'
import { auction } from '../../testing/auction.ts'
import { operationOf } from '../../testing/operation.ts'
import { compose } from '../../testing/router.ts'
import { startSubgraph, type TestSubgraph } from '../../testing/subgraph.ts'
import { createSend } from '../../upstream/send.ts'
import { createSubgraphClient } from '../../upstream/subgraph-client.ts'
import type { Update } from '../types.ts'
import { createLiveOperationReader } from './live-operation.ts'
import { createRenderer } from './render.ts'
import { createUpdatePlanner } from './update-plan.ts'

const client = createSubgraphClient({ timeoutMs: 600_000 })
const logged: string[] = []
const log = pino({ level: 'error' }, { write: (line: string) => logged.push(line) })
let subgraphs: TestSubgraph[]
let render: (source: string, state: object | null, options?: Options) => string | Promise<string>
type Options = { variables?: Record<string, unknown>; claims?: Claims; kind?: Update['kind'] }

beforeAll(async () => {
  subgraphs = await Promise.all(auction.map(startSubgraph))
  const supergraph = loadSupergraph(compose(subgraphs))
  const send = createSend({ supergraph, post: client.send, keys: new Map([['auctions', KEY]]), log })
  const prepare = createPrepare({ supergraph, send, log })
  const execute = createExecutor({ supergraph, prepare })
  const read = createLiveOperationReader(supergraph.clientSchema)
  const planOf = createUpdatePlanner(supergraph, prepare)
  const renderer = createRenderer({ supergraph, execute, send, formatError: formatError(() => {}), log })
  render = (source, state, { variables = {}, claims = ann, kind = 'CHANGE' } = {}) => {
    expect(validate(supergraph.clientSchema, parse(source))).toEqual([])
    const operation = read({ operation: operationOf(supergraph.clientSchema, source), variables })
    if ('errors' in operation) throw operation.errors[0]
    const plan = planOf(operation, { claims })
    if ('errors' in plan) throw plan.errors[0]
    return renderer(operation, plan, { claims, headers: {} })(update(kind, state), 'here')
  }
})
afterAll(async () => {
  await client.close()
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
  expect(logged).toEqual([])
})
beforeEach(() => {
  for (const subgraph of subgraphs) {
    subgraph.behave('right')
    subgraph.requests.length = 0
  }
})

const KEY = 'a key of at least thirty-two characters'
const ann = { sub: 'ann', roles: [], scopes: [] }
const lot = {
  id: 'l1',
  title: 'A "small" vase\n꽃',
  state: 'OPEN',
  price: 12,
  share: 0.25,
  open: true,
  tags: [['a'], []],
  extra: { any: [1, 'thing'] },
  bids: [
    { by: 'bob', amount: 11 },
    { by: 'eve', amount: 12 },
  ],
  seller: { id: 'p1' },
  thing: { __typename: 'Painting', name: 'Sea', painter: null },
  named: { __typename: 'Vase', id: '3', name: 'Blue' },
}

function update(kind: Update['kind'], state: object | null): Update {
  if (kind === 'GAP' || !state) return { kind: 'GAP', entry: null, resume: 1 }
  const entry = { subject: 'live.lots.ann.l1', entity: 'l1', sequence: 1, revision: 1, open: true, state: { ...state } }
  return { kind, entry, resume: 1 }
}
const requests = () => subgraphs.map((subgraph) => subgraph.requests.length)
/** The result of an update that is rendered synchronously, without a fetch. */
const renderDirectly = (...args: Parameters<typeof render>) => {
  const text = render(...args)
  if (typeof text !== 'string') throw new Error('It needed a fetch.')
  return JSON.parse(text)
}
const renderJson = async (...args: Parameters<typeof render>) => JSON.parse(await render(...args))
const payload = (fields: object) => ({ data: { lotUpdated: fields } })

describe('an update from its message alone', () => {
  it('is rendered by its selection: all leaf types, nested lists, aliases, in order', () => {
    const text = render(
      'subscription { u: lotUpdated { k: kind lot { t: title state price share open tags extra bids { amount by } } cursor } }',
      { lot },
    )
    const { title, state, price, share, open, tags, extra } = lot
    const bids = [
      { amount: 11, by: 'bob' },
      { amount: 12, by: 'eve' },
    ]
    const data = { u: { k: 'CHANGE', lot: { t: title, state, price, share, open, tags, extra, bids }, cursor: 'here' } }
    expect(text).toBe(JSON.stringify({ data }))
  })

  it('has the numbers that JavaScript would change as they are', () => {
    const numbers = ['9007199254740993', '1e400', '1.0'].map((text) => new JsonNumber(text))
    const text = render('subscription { lotUpdated { lot { share extra } } }', {
      lot: { ...lot, share: numbers[2], extra: { numbers } },
    })
    expect(text).toBe('{"data":{"lotUpdated":{"lot":{"share":1.0,"extra":{"numbers":[9007199254740993,1e400,1.0]}}}}}')
  })

  it('checks such numbers by their values', async () => {
    const [one, big, huge] = ['1.0', '9007199254740993', '1e400'].map((text) => new JsonNumber(text))
    const source = 'subscription { lotUpdated { lot { id price share open } } }'
    expect(await renderJson(source, { lot: { ...lot, id: big, price: one } })).toEqual(
      payload({ lot: { id: '9007199254740993', price: 1, share: 0.25, open: true } }),
    )
    expect(await renderJson(source, { lot: { ...lot, price: big, share: huge, open: one } })).toMatchObject({
      ...payload({ lot: { id: 'l1', price: null, share: null, open: null } }),
      errors: ['price', 'share', 'open'].map((field) => ({ path: ['lotUpdated', 'lot', field] })),
    })
    // What is no list or object is missing, and is fetched if it can be.
    const bids = 'subscription { lotUpdated { lot { bids { by } } } }'
    expect(await renderJson(bids, { lot: { ...lot, bids: one } })).toEqual(payload({ lot: { bids: [{ by: 'now' }] } }))
    expect(await renderJson(bids, { lot: one })).toMatchObject({ ...payload({ lot: null }), errors: [{}] })
  })

  it('merges the selections of fragments, on abstract types too', () => {
    const answer = renderDirectly(
      `subscription { lotUpdated { ...all ... on LotUpdate { lot { named { __typename ...vase name } } } } }
       fragment all on LotUpdate { __typename lot { ...lot bids { by } } }
       fragment lot on Lot { thing { __typename ... on Named { name } ... on Painting { painter } } bids { amount } }
       fragment vase on Vase { id }`,
      { lot },
    )
    expect(answer).toEqual(
      payload({
        __typename: 'LotUpdate',
        lot: {
          thing: { __typename: 'Painting', name: 'Sea', painter: null },
          bids: [
            { amount: 11, by: 'bob' },
            { amount: 12, by: 'eve' },
          ],
          named: { __typename: 'Vase', id: '3', name: 'Blue' },
        },
      }),
    )
  })

  it('omits excluded fields, and does not fetch them', () => {
    const source = `subscription ($with: Boolean!) {
      lotUpdated { kind @skip(if: $with) lot { id title @include(if: $with) seller @include(if: $with) { name } } }
    }`
    expect(renderDirectly(source, { lot }, { variables: { with: false } })).toEqual(
      payload({ kind: 'CHANGE', lot: { id: 'l1' } }),
    )
  })

  it('is a GAP with nothing but its kind and cursor', () => {
    expect(renderDirectly('subscription { lotUpdated { kind cursor note lot { seller { name } } } }', null)).toEqual(
      payload({ kind: 'GAP', cursor: 'here', note: null, lot: null }),
    )
  })
})

describe('a message that does not match the schema', () => {
  it.each([
    ['an unknown enum value', 'state', 'LOST', ['lotUpdated', 'lot', 'state'], null],
    ['an inaccessible enum value', 'state', 'HIDDEN', ['lotUpdated', 'lot', 'state'], null],
    ['a null in a non-null field', 'title', null, ['lotUpdated', 'lot', 'title'], null],
    ['a null in a list', 'tags', [['a', null]], ['lotUpdated', 'lot', 'tags', 0, 1], { tags: null }],
    ['a number that is no Int', 'price', 1.5, ['lotUpdated', 'lot', 'price'], { price: null }],
  ])('is null where it concerns, with an error at its path: %s', async (_, field, value, path, expected) => {
    const answer = await renderJson(`subscription { lotUpdated { kind lot { ${field} } } }`, {
      lot: { ...lot, [field]: value },
    })
    expect(answer.data.lotUpdated).toEqual({ kind: 'CHANGE', lot: expected })
    expect(answer.errors).toEqual([expect.objectContaining({ path, extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } })])
    expect(requests()).toEqual([0, 0])
  })

  it.each(['note', 'valueOf'])('gets an error for a field that cannot be fetched: %s', async (field) => {
    const answer = await renderJson(`subscription { lotUpdated { kind ${field} } }`, { lot })
    expect(answer).toEqual({
      ...payload({ kind: 'CHANGE', [field]: null }),
      errors: [
        {
          message: 'The auctions service did not send this field.',
          path: ['lotUpdated', field],
          extensions: { code: 'SUBGRAPH_INVALID_ANSWER', service: 'auctions' },
        },
      ],
    })
  })
})

describe('fields that a message lacks', () => {
  it('are fetched from the feed’s source in one request, with the subscriber’s rights, also those with arguments', async () => {
    const answer = await renderJson(
      `subscription ($n: Int!, $unit: String) {
        lotUpdated { kind lot { id views first: bid(nth: 1) { by } other: bid(nth: $n) { amount } named { ... on Vase { height(unit: $unit) } } } }
      }`,
      { lot: { ...lot, bid: { by: 'whoever', amount: 0 } } },
      { variables: { n: 2, unit: 'cm' } },
    )
    expect(answer).toEqual(
      payload({
        kind: 'CHANGE',
        lot: { id: 'l1', views: 7, first: { by: 'bidder 1' }, other: { amount: 2 }, named: { height: 300 } },
      }),
    )
    expect(requests()).toEqual([1, 0])
    const [{ headers, body } = { headers: {}, body: '' }] = subgraphs[0]?.requests ?? []
    const verify = createVerifier('auctions', new Map([['router', [KEY]]]))
    const request = { method: 'POST', path: '/graphql', body, header: `${headers[CONTEXT_HEADER]}` }
    expect(verify(request, Date.now())).toMatchObject({ claims: ann })
  })

  it('are fetched from the surrounding entity if they are not in an entity themselves', async () => {
    const bids = [{ by: 'bob' }]
    const answer = await renderJson('subscription { lotUpdated { lot { price bids { by amount } } } }', {
      lot: { ...lot, bids },
    })
    expect(answer).toEqual(payload({ lot: { price: 12, bids: [{ by: 'now', amount: 9 }] } }))
  })

  it('are never taken from a message that was made with other arguments', async () => {
    const answer = await renderJson('subscription { lotUpdated { lot { bid(nth: 1) { by } } } }', {
      lot: { ...lot, bid: { by: 'whoever' } },
    })
    expect(answer).toEqual(payload({ lot: { bid: { by: 'bidder 1' } } }))
  })

  it('are fetched with the selections of all fragments', async () => {
    const answer = await renderJson(
      `subscription { lotUpdated { lot { named {
         ... on Named { past(nth: 2) { by } } ... on Vase { past(nth: 2) { amount } } ... on Painting { painter }
       } } } }`,
      { lot },
    )
    expect(answer).toEqual(payload({ lot: { named: { past: { by: 'long ago', amount: 2 } } } }))
  })

  it('are not fetched separately if a field around them is fetched', async () => {
    const bids = [{ by: 'bob', on: { id: '1' } }]
    await renderJson('subscription { lotUpdated { lot { bids { on { height } amount } } } }', { lot: { ...lot, bids } })
    const { variables } = JSON.parse(subgraphs[0]?.requests[0]?.body ?? '')
    expect(variables.representations).toEqual([{ __typename: 'Lot', id: 'l1' }])
  })

  it('are null with an error if the message does not identify the entity', async () => {
    const answer = await renderJson('subscription { lotUpdated { kind lot { views } } }', {
      lot: { title: 'nameless' },
    })
    expect(answer).toMatchObject({
      data: { lotUpdated: { kind: 'CHANGE', lot: null } },
      errors: [{ path: ['lotUpdated', 'lot'] }],
    })
    expect(requests()).toEqual([0, 0])
  })

  it('are null with an error if the feed’s source fails, and the rest is delivered', async () => {
    const source = 'subscription { lotUpdated { lot { title views b: bid(nth: -1) { by } } } }'
    const wrong = await renderJson(source.replace('views', ''), { lot })
    expect(wrong).toMatchObject({
      data: { lotUpdated: { lot: { title: lot.title, b: null } } },
      errors: [
        { message: 'There is no such bid.', path: ['lotUpdated', 'lot', 'b'], extensions: { service: 'auctions' } },
      ],
    })
    const inside = await renderJson(source.replace('views', '').replace('-1) { by }', '1) { by failing }'), { lot })
    expect(inside).toMatchObject({
      data: { lotUpdated: { lot: { b: { by: 'bidder 1', failing: null } } } },
      errors: [{ message: 'This field always fails.', path: ['lotUpdated', 'lot', 'b', 'failing'] }],
    })
    subgraphs[0]?.behave({ status: 503, text: '' })
    const down = await renderJson(source, { lot })
    expect(down.data).toEqual({ lotUpdated: { lot: null } })
    expect(down.errors).toContainEqual({
      message: 'The auctions service did not answer.',
      path: ['lotUpdated', 'lot', 'views'],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'auctions' },
    })
  })
})

describe('fields of other contexts', () => {
  const source = 'subscription { lotUpdated { kind cursor lot { title seller { name rating } } } }'

  it('are fetched for each update', async () => {
    expect(await renderJson(source, { lot })).toEqual(
      payload({
        kind: 'CHANGE',
        cursor: 'here',
        lot: { title: lot.title, seller: { name: 'Person p1', rating: 4.5 } },
      }),
    )
    expect(requests()).toEqual([0, 1])
  })

  it('are fetched by their keys, even if an alias has the name of a key', async () => {
    const source = 'subscription { lotUpdated { lot { id: title seller { id: name key: id } } } }'
    expect(await renderJson(source, { lot })).toEqual(
      payload({ lot: { id: lot.title, seller: { id: 'Person p1', key: 'p1' } } }),
    )
    subgraphs[1]?.behave({ status: 500, text: 'oops' })
    const { data, errors } = await renderJson(source, { lot })
    expect(data).toEqual(payload({ lot: { id: lot.title, seller: { id: null, key: 'p1' } } }).data)
    expect(errors).toMatchObject([{ path: ['lotUpdated', 'lot', 'seller', 'id'] }])
  })

  it('are fetched even if the update’s alias is the name of a key', async () => {
    const source = 'subscription { id: lotUpdated { lot { id: views title: title } } }'
    expect(await renderJson(source, { lot })).toEqual({ data: { id: { lot: { id: 7, title: lot.title } } } })
    subgraphs[0]?.behave({ status: 503, text: '' })
    expect((await renderJson(source, { lot })).errors[0].path).toEqual(['id', 'lot', 'id'])
  })

  it('are null with errors if their subgraph fails; the update is delivered', async () => {
    subgraphs[1]?.behave({ status: 500, text: 'oops' })
    const answer = await renderJson(source, { lot })
    expect(answer.data).toEqual({
      lotUpdated: { kind: 'CHANGE', cursor: 'here', lot: { title: lot.title, seller: null } },
    })
    expect(answer.errors).toContainEqual({
      message: 'The people service did not answer.',
      path: ['lotUpdated', 'lot', 'seller', 'name'],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'people' },
    })
  })

  it('are fetched by a key that came from the feed’s source', async () => {
    const { seller: _, ...without } = lot
    const answer = await renderJson('subscription { lotUpdated { lot { title seller { name } } } }', { lot: without })
    expect(answer.data).toEqual({ lotUpdated: { lot: { title: lot.title, seller: null } } })
    expect(requests()).toEqual([1, 0])
  })
})

describe('rights', () => {
  it('omit from each update the fields that the subscriber may not read, with an error', async () => {
    const source = 'subscription { lotUpdated { lot { title reserve } } }'
    const answer = await renderJson(source, { lot: { ...lot, reserve: 5 } }, { claims: null })
    expect(answer.data).toEqual({ lotUpdated: { lot: { title: lot.title, reserve: null } } })
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['lotUpdated', 'lot', 'reserve'],
        extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      }),
    ])
    expect(renderDirectly(source, { lot: { ...lot, reserve: 5 } })).toEqual(
      payload({ lot: { title: lot.title, reserve: 5 } }),
    )
  })

  it('refuse the root field before anything is delivered', () => {
    expect(() => render('subscription { anyLotUpdated { kind } }', { lot }, { claims: null })).toThrow(
      'Subscription.anyLotUpdated needs',
    )
  })
})
