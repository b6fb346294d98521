import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { GraphQLError } from 'graphql'
import { globalId } from '../global-ids.ts'
import { listen } from '../http.ts'
import { newId } from '../ids.ts'
import { createLogger } from '../log.ts'
import { type Claims, CONTEXT_HEADER, signContext } from '../signed-context.ts'
import { requireRole } from './callers.ts'
import { subgraphHandler } from './handler.ts'

const [key, ofOther] = ['r'.repeat(32), 'o'.repeat(32)]
const callers = new Map([
  ['router', [key]],
  ['other', [ofOther]],
])
const log = createLogger('test')
log.level = 'silent'
let counted = 0
const broken = newId()
const typeDefs = [
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])',
  `type Query { whoAmI: String broken: String cut: String wrong: String roses: String things: [Thing!]! }
   type Mutation { count: Int! }
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
  Mutation: { count: () => ++counted },
  Thing: {
    __resolveReference: async ({ id }: { id: string }) => {
      if (id === broken) throw new Error('password=secret')
      return { id, name: `thing ${id}` }
    },
  },
}

let server: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  const contextOf = (claims: Claims) => ({ claims })
  const handler = await subgraphHandler({ name: 'order', typeDefs, resolvers, callers, log, contextOf })
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
type Signing = Partial<Parameters<typeof signContext>[1]>
/** The header for a body, as the router makes it unless told otherwise. */
const sign = (body: string, change: Signing = {}, by = key) =>
  signContext(
    by,
    { method: 'POST', path: '/graphql', audience: 'order', claims: null, body, once: false, ...change },
    Date.now(),
  )
const execute = (query: string, claims: Claims = null, variables = {}) => {
  const body = JSON.stringify({ query, variables })
  return post(body, sign(body, { claims }))
}
const REFUSED = { status: 401, body: { errors: [{ message: 'Only the router may send requests.' }] } }
const lee = { sub: 'lee', roles: ['CUSTOMER'], scopes: [] }

describe('a subgraph', () => {
  it('answers on behalf of the caller in the signed context', async () => {
    expect(await execute('{ whoAmI }', lee)).toEqual({ status: 200, body: { data: { whoAmI: 'lee' } } })
    expect(await execute('{ whoAmI }')).toEqual({ status: 200, body: { data: { whoAmI: null } } })
  })

  it('answers only requests that are signed for it, also for its SDL', async () => {
    const body = '{"query":"{ _service { sdl } }"}'
    const wrong = [
      ...[undefined, '', 'x.y'],
      sign(body, { audience: 'payment' }),
      sign('{"query":"{ whoAmI }"}'),
      sign(body, { path: '/charges' }),
      sign(body, { method: 'GET' }),
      sign(body, {}, 'x'.repeat(32)),
    ]
    for (const header of wrong) expect(await post(body, header)).toEqual(REFUSED)
    expect((await post(body, sign(body))).status).toBe(200)
  })

  it('answers no other service, also if that may call it: whoever could sign claims is any user', async () => {
    const body = '{"query":"{ whoAmI }"}'
    expect(await post(body, sign(body, { claims: lee }, ofOther))).toEqual(REFUSED)
  })

  describe('given a mutation', () => {
    const body = '{"query":"mutation { count }"}'

    it('answers it once, and its copies not at all', async () => {
      const [before, header] = [counted, sign(body, { once: true })]
      expect(await post(body, header)).toEqual({ status: 200, body: { data: { count: before + 1 } } })
      for (const _ of [1, 2]) expect(await post(body, header)).toEqual(REFUSED)
      expect(counted).toBe(before + 1)
    })

    it('answers the same mutation again that is signed anew', async () => {
      const before = counted
      for (const more of [1, 2])
        expect((await post(body, sign(body, { once: true }))).body).toEqual({ data: { count: before + more } })
    })

    it.each([
      ['alone', {}],
      ['by its name', { query: 'query A { whoAmI } mutation B { count }', operationName: 'B' }],
    ])('refuses it if it could be sent again: %s', async (_, change) => {
      const [before, text] = [counted, JSON.stringify({ ...JSON.parse(body), ...change })]
      const refused = await post(text, sign(text))
      expect([refused.status, refused.body.errors[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST'])
      expect(counted).toBe(before)
    })

    it('answers a query as often as it is sent', async () => {
      const query = '{"query":"{ whoAmI }"}'
      const header = sign(query)
      for (const _ of [1, 2]) expect((await post(query, header)).status).toBe(200)
    })
  })

  it('logs why a request is refused, nothing of its header', async () => {
    const warn = jest.spyOn(log, 'warn')
    const header = sign('{}', { audience: 'payment' })
    await post('{}', header)
    expect(warn.mock.calls).toEqual([[{ reason: 'it is signed for another service' }, 'a request was refused']])
    warn.mockRestore()
  })

  it.each(['', '{', 'null', '"text"', '[]', '{}'])('refuses a signed body that is no request: %j', async (body) => {
    const answer = await post(body, sign(body))
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
    const [one, two] = [newId(), newId()]
    const representations = [one, broken, two].map((id) => ({ __typename: 'Thing', id: globalId('Thing', id) }))
    const { body } = await execute(query, null, { representations })
    expect(body.data._entities).toEqual([{ name: `thing ${one}` }, null, { name: `thing ${two}` }])
    expect(body.errors).toHaveLength(1)
  })
})
