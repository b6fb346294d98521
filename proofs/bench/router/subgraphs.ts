// The three subgraphs of bench:router in one process. They are fast, because they do no work except for entities.
import { createServer } from 'node:http'

const product = (n: number) => ({ id: `p${n}`, name: `Roses ${n}`, price: { amount: 50_000 + n, currency: 'KRW' } })
const tags = [
  { label: 'red', weight: 0.5 },
  { label: 'fresh', weight: null },
]
const ten = Array.from({ length: 10 }, (_, n) => n)
const typed = (n: number) => ({ __typename: 'Product', ...product(n) })

type Request = { query: string; variables?: { representations?: { __typename: string; id: string }[] } }
type Entity = { __typename: string; id: string }

/** Only the cold operation has an alias. */
function catalog({ query }: Request): object {
  if (query.includes('sections')) {
    return {
      sections: ten.map((s) => ({
        title: `Section ${s}`,
        products: ten.map((n) => ({ ...product(s * 10 + n), tags })),
      })),
    }
  }
  if (query.includes('search')) {
    return { search: ten.map((n) => (n % 3 ? typed(n) : { __typename: 'Shop', id: `s${n}` })) }
  }
  const alias = /(\w+): ?name/.exec(query)?.[1]
  return { top: ten.map((n) => ({ ...typed(n), ...(alias && { [alias]: `Roses ${n}` }) })) }
}
const shops = ({ __typename, id }: Entity): object =>
  __typename === 'Shop'
    ? { __typename, id, name: `Shop ${id}` }
    : { __typename, seller: { __typename: 'Shop', id: `s${id}`, name: `Shop s${id}` } }
const stock = ({ __typename, id }: Entity): object => ({ __typename, available: id.length })

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const operation = JSON.parse(body || '{"query":""}') as Request
  const representations = operation.variables?.representations ?? []
  const data =
    request.url === '/catalog'
      ? catalog(operation)
      : { _entities: representations.map(request.url === '/shops' ? shops : stock) }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.env.PORT), '127.0.0.1')
