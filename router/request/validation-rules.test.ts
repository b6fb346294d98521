import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestRouter } from '../testing/router.ts'

const echo = { name: 'echo', typeDefs: 'scalar Any type Query { echo(any: Any): Boolean }', resolvers: {} }
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter([echo])
})
afterAll(() => router.close())

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth)

it.each([
  ['lists', nested(12)],
  ['lists in objects', `${nested(12, '[{a:', '}]').replace(':}', ':1}')}`],
])('%s nested so deep that planning them would take for ever are refused', async (_, literal) => {
  const operations = [`{ echo(any: ${literal}) }`, `query ($any: Any = ${literal}) { echo(any: $any) }`]
  for (const source of operations) {
    const answer = await router.query(source)
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
    expect(answer).not.toHaveProperty('data')
  }
  expect(router.subgraph('echo').requests).toEqual([])
})

it('lists side by side, nested a little, or in a variable are answered', async () => {
  const side = await router.query(`{ a: echo(any: [${'[[[[1]]]],'.repeat(20)}]) b: echo(any: [[1], [2]]) }`)
  expect(side).toEqual({ data: { a: null, b: null } })
  const any = JSON.parse(nested(60))
  expect(await router.query('query ($any: Any) { echo(any: $any) }', { any })).toEqual({ data: { echo: null } })
})
