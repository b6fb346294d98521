import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { GraphQLError } from 'graphql'
import { listen } from '../http.ts'
import { newId } from '../ids.ts'
import { createLogger } from '../log.ts'
import { type Claims, CONTEXT_HEADER, signContext } from '../signed-context.ts'
import { requireRole } from './callers.ts'
import { subgraphHandler } from './handler.ts'

const secret = 's'.repeat(32)
const log = createLogger('test')
log.level = 'silent'
const typeDefs = [
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])',
  `type Query { whoAmI: String broken: String cut: String wrong: String roses: String things: [Thing!]! }
   type Thing @key(fields: "id") { id: ID! name: String }`,
]
const resolvers = {
  Query: {
    whoAmI: (_: unknown, __: unknown, { claims }: { claims: Claims }) => claims?.sub ?? null,
    broken: () => {
      throw new Error('password=secret')
    },
    cut: () => {
      const message = 'select secret from orders - terminating connection due to administrator command'
      throw Object.assign(new Error(message), { code: '57P01' })
    },
    wrong: () => {
      throw new GraphQLError('first: a page holds 0 to 100.', { extensions: { code: 'BAD_USER_INPUT' } })
    },
    roses: (_: unknown, __: unknown, { claims }: { claims: Claims }) => requireRole(claims, 'STORE_OWNER').sub,
    things: () => [],
  },
  Thing: {
    __resolveReference: async ({ id }: { id: string }) => {
      if (id === 'broken') throw new Error('password=secret')
      return { id, name: `thing ${id}` }
    },
  },
}

let server: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  const contextOf = (claims: Claims) => ({ claims })
  const handler = await subgraphHandler({ name: 'order', typeDefs, resolvers, secret, log, contextOf })
  server = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: { '/graphql': handler } })
})
afterAll(() => server.close())

const post = async (body: string, header?: string) => {
  const headers = { 'content-type': 'application/json', ...(header === undefined ? {} : { [CONTEXT_HEADER]: header }) }
  const response = await fetch(`http://127.0.0.1:${server.port}/graphql`, { method: 'POST', body, headers })
  const answer = (await response.json()) as {
    data: Record<string, unknown>
    errors: { extensions: { code: string } }[]
  }
  return { status: response.status, body: answer }
}
const execute = (query: string, claims: Claims = null, variables = {}) => {
  const body = JSON.stringify({ query, variables })
  return post(body, signContext(secret, { audience: 'order', by: 'router', claims, body }, Date.now()))
}
const lee = { sub: 'lee', roles: ['CUSTOMER'], scopes: [] }

describe('a subgraph', () => {
  it('answers on behalf of the caller in the signed context', async () => {
    expect(await execute('{ whoAmI }', lee)).toEqual({ status: 200, body: { data: { whoAmI: 'lee' } } })
    expect(await execute('{ whoAmI }')).toEqual({ status: 200, body: { data: { whoAmI: null } } })
  })

  it('answers only requests that are signed for it, also for its SDL', async () => {
    const body = '{"query":"{ _service { sdl } }"}'
    const sign = (audience: string, of: string) =>
      signContext(secret, { audience, by: 'router', claims: lee, body: of }, Date.now())
    for (const header of [undefined, '', 'x.y', sign('payment', body), sign('order', '{"query":"{ whoAmI }"}')])
      expect(await post(body, header)).toEqual({
        status: 401,
        body: { errors: [{ message: 'Only the router and other services may send requests.' }] },
      })
    expect((await post(body, sign('order', body))).status).toBe(200)
  })

  it.each(['', '{', 'null', '"text"', '[]', '{}'])('refuses a signed body that is no request: %j', async (body) => {
    const header = signContext(secret, { audience: 'order', by: 'router', claims: null, body }, Date.now())
    const answer = await post(body, header)
    expect(answer).toMatchObject({ status: 400, body: { errors: [expect.anything()] } })
  })

  it('logs an unexpected error, and hides its message', async () => {
    const error = jest.spyOn(log, 'error')
    const answer = await execute('{ whoAmI broken }', lee)
    expect(answer.body).toEqual({
      data: { whoAmI: 'lee', broken: null },
      errors: [
        {
          message: 'Something went wrong in order.',
          path: ['broken'],
          locations: [{ line: 1, column: 10 }],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    })
    expect(error.mock.calls).toMatchObject([[{ path: ['broken'] }, 'a resolver failed']])
    error.mockRestore()
  })

  it('reports that its database is away and when to retry, nothing else', async () => {
    const answer = await execute('{ whoAmI cut }', lee)
    expect(answer).toEqual({
      status: 200,
      body: {
        data: { whoAmI: 'lee', cut: null },
        errors: [
          {
            message: 'The order service is temporarily unavailable. Try again in a moment.',
            path: ['cut'],
            locations: [{ line: 1, column: 10 }],
            extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: expect.any(Number) },
          },
        ],
      },
    })
  })

  it('reports invalid input and missing rights', async () => {
    const codeOf = async (query: string, claims: Claims) => {
      const { body } = await execute(query, claims)
      return body.errors[0]?.extensions.code
    }
    expect(await codeOf('{ wrong }', lee)).toBe('BAD_USER_INPUT')
    expect(await codeOf('{ roses }', null)).toBe('UNAUTHENTICATED')
    expect(await codeOf('{ roses }', lee)).toBe('FORBIDDEN')
    // A token of another issuer may claim any role, but its subject is no user of ours.
    expect(await codeOf('{ roses }', { ...lee, roles: ['STORE_OWNER'] })).toBe('FORBIDDEN')
    const kj = { sub: newId(), roles: ['STORE_OWNER'], scopes: [] }
    expect((await execute('{ roses }', kj)).body).toEqual({ data: { roses: kj.sub } })
  })

  it('resolves every requested entity, even if one fails', async () => {
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { name } } }'
    const representations = ['1', 'broken', '2'].map((id) => ({ __typename: 'Thing', id }))
    const { body } = await execute(query, null, { representations })
    expect(body.data._entities).toEqual([{ name: 'thing 1' }, null, { name: 'thing 2' }])
    expect(body.errors).toHaveLength(1)
  })
})
