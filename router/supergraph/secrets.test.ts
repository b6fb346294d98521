import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startTestRouter } from '../testing/router.ts'

const definitions = [
  {
    name: 'links',
    typeDefs: `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      extend schema @link(url: "https://specs.flower.delivery/secret/v1.0", import: ["@secret"]) @composeDirective(name: "@secret")
      directive @secret on ARGUMENT_DEFINITION
      type Query { open(token: String @secret, first: Int): String, other(token: String): String }`,
    resolvers: {
      Query: {
        open: (_: unknown, { token }: { token: string }) => `opened by ${token}`,
        other: (_: unknown, { token }: { token: string }) => `other by ${token}`,
      },
    },
  },
]

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(definitions, {})
})
afterAll(() => router.close())

const post = async (query: string, variables: object = {}) =>
  (await router.post(JSON.stringify({ query, variables }))).json()
const get = (query: string, variables: object = {}, accept = '*/*') =>
  fetch(`${router.url}/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`, {
    headers: { accept },
  })

describe('an argument that is a secret', () => {
  const query = 'query ($token: String) { here: open(token: $token) }'

  it('comes as a variable, by POST', async () => {
    expect(await post(query, { token: 'x' })).toEqual({ data: { here: 'opened by x' } })
    const inFragment = 'query ($token: String) { ...F } fragment F on Query { open(token: $token) }'
    expect(await post(inFragment, { token: 'x' })).toEqual({ data: { open: 'opened by x' } })
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*', 'text/event-stream'])
      for (const each of [query, inFragment]) {
        const got = await get(each, { token: 'x' }, accept)
        expect([accept, got.status, got.headers.get('allow')]).toEqual([accept, 405, 'POST'])
        expect(await got.json()).toMatchObject({ errors: [{ message: 'Send secrets by POST.' }] })
      }
  })

  it('is refused in the text of an operation, which is kept', async () => {
    for (const wrong of ['{ open(token: "x") }', 'query ($token: String = "x") { open(token: $token) }'])
      expect(await post(wrong)).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
  })

  it('leaves all other arguments as they are', async () => {
    expect(await (await get('{ other(token: "x") }')).json()).toEqual({ data: { other: 'other by x' } })
    const sized = 'query ($token: String, $first: Int = 1) { open(token: $token, first: $first) }'
    expect(await post(sized, { token: 'x' })).toEqual({ data: { open: 'opened by x' } })
  })
})
