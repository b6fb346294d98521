import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { parse, validate } from 'graphql'
import { pino } from 'pino'
import { JsonNumber } from '../../../chassis/exact-json.ts'
import { type Claims, CONTEXT_HEADER, verifyContext } from '../../../chassis/signed-context.ts'
import { formatError } from '../../errors.ts'
import { createExecutor } from '../../request/execute.ts'
import { createPrepare } from '../../request/prepare.ts'
import { loadSupergraph } from '../../supergraph/load.ts'
import { auction } from '../../testing/auction.ts'
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
let rendered: (source: string, state: object | null, options?: Options) => string | Promise<string>
type Options = { variables?: Record<string, unknown>; claims?: Claims; kind?: Update['kind'] }

beforeAll(async () => {
  subgraphs = await Promise.all(auction.map(startSubgraph))
  const supergraph = loadSupergraph(compose(subgraphs))
  const send = createSend({ supergraph, post: client.send, secret: SECRET, log })
  const prepare = createPrepare({ supergraph, send, log })
  const execute = createExecutor({ supergraph, prepare })
  const read = createLiveOperationReader(supergraph.clientSchema)
  const shapeOf = createUpdatePlanner(supergraph, prepare)
  const renderer = createRenderer({ supergraph, execute, send, formatError: formatError(() => {}), log })
  rendered = (source, state, { variables = {}, claims = ann, kind = 'CHANGE' } = {}) => {
    const document = parse(source)
    expect(validate(supergraph.clientSchema, document)).toEqual([])
    const operation = read({ document, operationName: null, variables })
    if ('errors' in operation) throw operation.errors[0]
    const shape = shapeOf(operation, claims)
    if ('errors' in shape) throw shape.errors[0]
    return renderer(operation, shape, { claims, headers: {} })(update(kind, state), 'here')
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

const SECRET = 'a secret of at least 32 characters'
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
/** What was told at once, without asking anybody. */
const direct = (...args: Parameters<typeof rendered>) => {
  const text = rendered(...args)
  if (typeof text !== 'string') throw new Error('It was not told at once.')
  return JSON.parse(text)
}
const told = async (...args: Parameters<typeof rendered>) => JSON.parse(await rendered(...args))
const payload = (fields: object) => ({ data: { lotUpdated: fields } })

describe('an update that its message holds', () => {
  it('is written by its selection: all leaf types, nested lists, aliases, in order', () => {
    const text = rendered(
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
    const text = rendered('subscription { lotUpdated { lot { share extra } } }', {
      lot: { ...lot, share: numbers[2], extra: { numbers } },
    })
    expect(text).toBe('{"data":{"lotUpdated":{"lot":{"share":1.0,"extra":{"numbers":[9007199254740993,1e400,1.0]}}}}}')
  })

  it('checks such numbers by their values', async () => {
    const [one, big, huge] = ['1.0', '9007199254740993', '1e400'].map((text) => new JsonNumber(text))
    const source = 'subscription { lotUpdated { lot { id price share open } } }'
    expect(await told(source, { lot: { ...lot, id: big, price: one } })).toEqual(
      payload({ lot: { id: '9007199254740993', price: 1, share: 0.25, open: true } }),
    )
    expect(await told(source, { lot: { ...lot, price: big, share: huge, open: one } })).toMatchObject({
      ...payload({ lot: { id: 'l1', price: null, share: null, open: null } }),
      errors: ['price', 'share', 'open'].map((field) => ({ path: ['lotUpdated', 'lot', field] })),
    })
    // What is no list or object is missing, and is fetched if it can be.
    const bids = 'subscription { lotUpdated { lot { bids { by } } } }'
    expect(await told(bids, { lot: { ...lot, bids: one } })).toEqual(payload({ lot: { bids: [{ by: 'now' }] } }))
    expect(await told(bids, { lot: one })).toMatchObject({ ...payload({ lot: null }), errors: [{}] })
  })

  it('merges the selections of fragments, on abstract types too', () => {
    const answer = direct(
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
    expect(direct(source, { lot }, { variables: { with: false } })).toEqual(
      payload({ kind: 'CHANGE', lot: { id: 'l1' } }),
    )
  })

  it('is a GAP with nothing but its kind and cursor', () => {
    expect(direct('subscription { lotUpdated { kind cursor note lot { seller { name } } } }', null)).toEqual(
      payload({ kind: 'GAP', cursor: 'here', note: null, lot: null }),
    )
  })
})

describe('a message that is not what the schema promises', () => {
  it.each([
    ['an enum value nobody knows', 'state', 'LOST', ['lotUpdated', 'lot', 'state'], null],
    ['an enum value clients may not see', 'state', 'HIDDEN', ['lotUpdated', 'lot', 'state'], null],
    ['a null that must not be', 'title', null, ['lotUpdated', 'lot', 'title'], null],
    ['a null in a list', 'tags', [['a', null]], ['lotUpdated', 'lot', 'tags', 0, 1], { tags: null }],
    ['a number that is no Int', 'price', 1.5, ['lotUpdated', 'lot', 'price'], { price: null }],
  ])('costs what it concerns, with an error at its place: %s', async (_, field, value, path, expected) => {
    const answer = await told(`subscription { lotUpdated { kind lot { ${field} } } }`, {
      lot: { ...lot, [field]: value },
    })
    expect(answer.data.lotUpdated).toEqual({ kind: 'CHANGE', lot: expected })
    expect(answer.errors).toEqual([expect.objectContaining({ path, extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } })])
    expect(requests()).toEqual([0, 0])
  })

  it.each(['note', 'valueOf'])('gets an error for a field that cannot be fetched: %s', async (field) => {
    const answer = await told(`subscription { lotUpdated { kind ${field} } }`, { lot })
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

describe('what a message does not carry', () => {
  it('is fetched from the feed’s source at once, as the subscriber: missing fields and fields with arguments', async () => {
    const answer = await told(
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
    const asked = { audience: 'auctions', header: `${headers[CONTEXT_HEADER]}`, body }
    expect(verifyContext(SECRET, asked, Date.now())?.claims).toEqual(ann)
  })

  it('is fetched from the surrounding entity if it is not in an entity itself', async () => {
    const bids = [{ by: 'bob' }]
    const answer = await told('subscription { lotUpdated { lot { price bids { by amount } } } }', {
      lot: { ...lot, bids },
    })
    expect(answer).toEqual(payload({ lot: { price: 12, bids: [{ by: 'now', amount: 9 }] } }))
  })

  it('is never taken for what other arguments would have given', async () => {
    const answer = await told('subscription { lotUpdated { lot { bid(nth: 1) { by } } } }', {
      lot: { ...lot, bid: { by: 'whoever' } },
    })
    expect(answer).toEqual(payload({ lot: { bid: { by: 'bidder 1' } } }))
  })

  it('is fetched with the selections of all fragments', async () => {
    const answer = await told(
      `subscription { lotUpdated { lot { named {
         ... on Named { past(nth: 2) { by } } ... on Vase { past(nth: 2) { amount } } ... on Painting { painter }
       } } } }`,
      { lot },
    )
    expect(answer).toEqual(payload({ lot: { named: { past: { by: 'long ago', amount: 2 } } } }))
  })

  it('is not fetched separately if a field around it is fetched', async () => {
    const bids = [{ by: 'bob', on: { id: '1' } }]
    await told('subscription { lotUpdated { lot { bids { on { height } amount } } } }', { lot: { ...lot, bids } })
    const { variables } = JSON.parse(subgraphs[0]?.requests[0]?.body ?? '')
    expect(variables.representations).toEqual([{ __typename: 'Lot', id: 'l1' }])
  })

  it('is lost where the message does not say of which entity it is', async () => {
    const answer = await told('subscription { lotUpdated { kind lot { views } } }', { lot: { title: 'nameless' } })
    expect(answer).toMatchObject({
      data: { lotUpdated: { kind: 'CHANGE', lot: null } },
      errors: [{ path: ['lotUpdated', 'lot'] }],
    })
    expect(requests()).toEqual([0, 0])
  })

  it('is null with an error if the feed’s source fails, and the rest is delivered', async () => {
    const source = 'subscription { lotUpdated { lot { title views b: bid(nth: -1) { by } } } }'
    const wrong = await told(source.replace('views', ''), { lot })
    expect(wrong).toMatchObject({
      data: { lotUpdated: { lot: { title: lot.title, b: null } } },
      errors: [
        { message: 'There is no such bid.', path: ['lotUpdated', 'lot', 'b'], extensions: { service: 'auctions' } },
      ],
    })
    const inside = await told(source.replace('views', '').replace('-1) { by }', '1) { by told }'), { lot })
    expect(inside).toMatchObject({
      data: { lotUpdated: { lot: { b: { by: 'bidder 1', told: null } } } },
      errors: [{ message: 'Nobody tells.', path: ['lotUpdated', 'lot', 'b', 'told'] }],
    })
    subgraphs[0]?.behave({ status: 503, text: '' })
    const down = await told(source, { lot })
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
    expect(await told(source, { lot })).toEqual(
      payload({
        kind: 'CHANGE',
        cursor: 'here',
        lot: { title: lot.title, seller: { name: 'Person p1', rating: 4.5 } },
      }),
    )
    expect(requests()).toEqual([0, 1])
  })

  it('are fetched by their keys, whatever the client calls by the name of a key', async () => {
    const source = 'subscription { lotUpdated { lot { id: title seller { id: name key: id } } } }'
    expect(await told(source, { lot })).toEqual(
      payload({ lot: { id: lot.title, seller: { id: 'Person p1', key: 'p1' } } }),
    )
    subgraphs[1]?.behave({ status: 500, text: 'oops' })
    const { data, errors } = await told(source, { lot })
    expect(data).toEqual(payload({ lot: { id: lot.title, seller: { id: null, key: 'p1' } } }).data)
    expect(errors).toMatchObject([{ path: ['lotUpdated', 'lot', 'seller', 'id'] }])
  })

  it('are found where the client calls the update itself by the name of a key', async () => {
    const source = 'subscription { id: lotUpdated { lot { id: views title: title } } }'
    expect(await told(source, { lot })).toEqual({ data: { id: { lot: { id: 7, title: lot.title } } } })
    subgraphs[0]?.behave({ status: 503, text: '' })
    expect((await told(source, { lot })).errors[0].path).toEqual(['id', 'lot', 'id'])
  })

  it('are null with errors if their subgraph fails; the update is delivered', async () => {
    subgraphs[1]?.behave({ status: 500, text: 'oops' })
    const answer = await told(source, { lot })
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
    const answer = await told('subscription { lotUpdated { lot { title seller { name } } } }', { lot: without })
    expect(answer.data).toEqual({ lotUpdated: { lot: { title: lot.title, seller: null } } })
    expect(requests()).toEqual([1, 0])
  })
})

describe('rights', () => {
  it('leave out of each update what the subscriber may not have, with an error', async () => {
    const source = 'subscription { lotUpdated { lot { title reserve } } }'
    const answer = await told(source, { lot: { ...lot, reserve: 5 } }, { claims: null })
    expect(answer.data).toEqual({ lotUpdated: { lot: { title: lot.title, reserve: null } } })
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['lotUpdated', 'lot', 'reserve'],
        extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      }),
    ])
    expect(direct(source, { lot: { ...lot, reserve: 5 } })).toEqual(payload({ lot: { title: lot.title, reserve: 5 } }))
  })

  it('refuse the root field before anything is delivered', () => {
    expect(() => rendered('subscription { anyLotUpdated { kind } }', { lot }, { claims: null })).toThrow(
      'Subscription.anyLotUpdated needs',
    )
  })
})
