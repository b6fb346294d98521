import type { Json } from '../json.ts'
import { type Kind, serverErrorOf } from '../kind.ts'
import type { OddAnswer } from '../lab/subgraphs.ts'
import { oddJson, oddString, oddValue } from '../odd.ts'
import { OPERATIONS } from '../seeds.ts'

type AnsweredOperation = { operation: Json; answer: OddAnswer }

const node = {
  id: '1',
  name: 'a',
  price: { amount: 1, currency: 'KRW' },
  available: 1,
  store: { __typename: 'Store', id: '1' },
}
const page = { nodes: [node, node], edges: [{ cursor: 'a', node }], pageInfo: { hasNextPage: false, endCursor: null } }
const order = { __typename: 'Order', id: '1', status: 'PAID', lines: [], total: { amount: 1, currency: 'KRW' } }
const ERROR = { message: 'No.', path: ['items', 'nodes', 0, 'name'], extensions: { code: 'X' } }
/** Data for the operations in seeds.ts. */
const DATA: Json = {
  ...{
    items: page,
    stores: page,
    item: node,
    order,
    myPage: { nodes: [{ orderId: '1', summary: 'a', timeline: [] }] },
  },
  ...{
    placeOrder: { __typename: 'OrderPayload', order },
    payOrder: { __typename: 'OrderPayload', order },
    __typename: 'Query',
  },
}
/** Text, because JSON.stringify fails at this depth. */
const DEEP = '['.repeat(20_000) + ']'.repeat(20_000)
const QUERIES = OPERATIONS.filter(({ query }) => !query.includes('subscription') && !query.includes('__'))

/** A subgraph's response to the first fetch of an operation: wrong shapes or types, malformed errors, cut off. */
export const answers: Kind<AnsweredOperation> = {
  name: 'answers',
  share: 10,
  create: (random) => {
    const operation = random.pick(QUERIES)
    const good: Json = random.chance(0.5) ? { data: DATA } : { data: DATA, errors: [ERROR, ERROR] }
    const texts = [
      () => JSON.stringify(oddJson(random, good, 1 + random.below(6))),
      () => JSON.stringify(oddJson(random, good, 1 + random.below(6))),
      () => JSON.stringify({ data: DATA, errors: oddJson(random, [ERROR, ERROR]) }),
      () => JSON.stringify({ data: { ...(DATA as object), items: { nodes: Array(2_000).fill(node) } } }),
      () => `{"data":{"items":{"nodes":[{"name":${DEEP}}]}}}`,
      () => JSON.stringify({ data: { items: { ...page, edges: [{ cursor: 'DEEP', node }] } } }).replace('"DEEP"', DEEP),
      () => oddString(random, JSON.stringify(good)),
      () => JSON.stringify(oddValue(random)),
    ]
    const status = random.chance(0.85) ? 200 : random.pick([201, 204, 301, 400, 401, 404, 429, 500, 503])
    const isBodyless = status === 204
    const body = isBodyless ? '' : random.pick(texts)()
    const type = random.chance(0.9)
      ? 'application/json'
      : random.pick(['text/html', '', 'application/json; charset=latin1'])
    const headers: OddAnswer['headers'] = random.chance(0.05)
      ? { 'content-type': type, 'content-encoding': random.pick(['gzip', 'br', 'zstd', 'deflate', 'lzma', 'identity']) }
      : { 'content-type': type }
    return { operation, answer: { status, headers, body, isCut: random.chance(0.03) } }
  },
  run: async ({ operation, answer }, lab) => {
    lab.subgraphs.answerNextWith(answer)
    const { authorization } = lab
    const response = await lab.http.post(JSON.stringify(operation), { authorization })
    lab.subgraphs.answerNextWith(null)
    return serverErrorOf(response)
  },
}
