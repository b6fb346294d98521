// The floor of bench:router: a careful hand-written server for only these four operations.
import { createServer, type IncomingMessage } from 'node:http'
import { Agent } from 'undici'

const origin = `http://127.0.0.1:${process.env.SUBGRAPHS_PORT}`
const agent = new Agent({
  ...{ connections: 128, pipelining: 1, keepAliveTimeout: 4_000 },
  ...{ headersTimeout: 5_000, bodyTimeout: 5_000 },
})
const headers = { 'content-type': 'application/json' }

type Row = Record<string, unknown> & { __typename: string; id: string }

async function fetchData<Data>(path: string, query: string, variables: object = {}): Promise<Data> {
  const answer = await agent.request({
    origin,
    path,
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await answer.body.json()) as { data?: Data; errors?: unknown }
  if (answer.statusCode !== 200 || errors || !data) throw new Error(`${path} answered ${answer.statusCode}`)
  return data
}
const entities = (path: string, query: string, representations: object[]) =>
  fetchData<{ _entities: Record<string, unknown>[] }>(path, query, { representations }).then(
    ({ _entities }) => _entities,
  )
const referenceTo = ({ __typename, id }: Row) => ({ __typename, id })

const PRICE = 'price { amount currency }'
const ENTITIES = 'query ($representations: [_Any!]!) { _entities(representations: $representations)'
const SELLER = `${ENTITIES} { ... on Product { seller { id name } } } }`
const SHOP = `${ENTITIES} { ... on Shop { name } } }`
const AVAILABLE = `${ENTITIES} { ... on Product { available } } }`

async function joined() {
  const { top } = await fetchData<{ top: Row[] }>('/catalog', `{ top(first: 10) { __typename id name ${PRICE} } }`)
  const references = top.map(referenceTo)
  const [sellers, stocks] = await Promise.all([
    entities('/shops', SELLER, references),
    entities('/stock', AVAILABLE, references),
  ])
  return {
    top: top.map(({ id, name, price }, n) => {
      const seller = sellers[n]?.seller as { id: string; name: string } // the shape that the query selects
      return { id, name, price, seller: { id: seller.id, name: seller.name }, available: stocks[n]?.available }
    }),
  }
}

async function search(variables: object) {
  const query = `query ($text: String!, $kind: Kind) { search(text: $text, kind: $kind) { __typename ... on Product { id name } ... on Shop { id } } }`
  const { search } = await fetchData<{ search: Row[] }>('/catalog', query, { kind: 'PRODUCT', ...variables })
  const products = search.filter(({ __typename }) => __typename === 'Product')
  const shops = search.filter(({ __typename }) => __typename === 'Shop')
  const [stocks, names] = await Promise.all([
    entities('/stock', AVAILABLE, products.map(referenceTo)),
    entities('/shops', SHOP, shops.map(referenceTo)),
  ])
  for (const [n, row] of products.entries()) row.available = stocks[n]?.available
  for (const [n, row] of shops.entries()) row.name = names[n]?.name
  return {
    search: search.map(({ __typename, id, name, available }) =>
      __typename === 'Shop' ? { __typename, id, name } : { __typename, id, name, available },
    ),
  }
}

async function sections() {
  const query = `{ sections { title products { id name ${PRICE} tags { label weight } } } }`
  const { sections } = await fetchData<{ sections: { title: string; products: Row[] }[] }>('/catalog', query)
  return {
    sections: sections.map(({ title, products }) => ({
      title,
      products: products.map(({ id, name, price, tags }) => ({ id, name, price, tags })),
    })),
  }
}

async function top() {
  const { top } = await fetchData<{ top: Row[] }>('/catalog', `{ top(first: 10) { id name ${PRICE} } }`)
  return { top: top.map(({ id, name, price }) => ({ id, name, price })) }
}

async function answerTo(text: string): Promise<object> {
  const { query, variables = {} } = JSON.parse(text || '{"query":""}') as { query: string; variables?: object }
  if (query.includes('sections')) return sections()
  if (query.includes('search')) return search(variables)
  return query.includes('seller') ? joined() : top()
}

/** Reads by events, because an async iterator doubles the cost of reading a small body. */
function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    request.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    request.once('end', () => resolve(text)).once('error', reject)
  })
}

const server = createServer(async (request, response) => {
  const [status, answer] = await read(request)
    .then(answerTo)
    .then((data) => [200, { data }] as const)
    .catch((error) => [502, { errors: [{ message: String(error) }] }] as const)
  const text = JSON.stringify(answer)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.env.PORT), '127.0.0.1')
