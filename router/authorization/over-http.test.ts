import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { guarded } from '../testing/guarded.ts'
import { startIssuer } from '../testing/issuer.ts'
import { startTestRouter } from '../testing/router.ts'

let issuer: Awaited<ReturnType<typeof startIssuer>>
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  issuer = await startIssuer()
  router = await startTestRouter(guarded, { JWT_ISSUERS: [{ issuer: issuer.issuer }] })
})
afterAll(async () => {
  await router.close()
  await issuer.close()
})

const codes = async (source: string, claims?: Record<string, unknown>) => {
  const headers = claims && { authorization: `Bearer ${await issuer.sign(claims)}` }
  const { data, errors = [] } = await router.query(source, {}, headers)
  return { data, codes: errors.map(({ extensions }) => extensions?.code) }
}

it("a token's roles and scopes decide which fields are answered", async () => {
  const source = '{ open byRole byScope }'
  const refused = { open: 'yes', byRole: null, byScope: null }
  expect(await codes(source)).toEqual({ data: refused, codes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'] })
  expect(await codes(source, {})).toEqual({ data: refused, codes: ['FORBIDDEN', 'FORBIDDEN'] })
  expect(await codes(source, { roles: ['A'], scope: 'q z' })).toEqual({
    data: { open: 'yes', byRole: 'role', byScope: 'scope' },
    codes: [],
  })
})

it('refusals are reported to the client and not logged', async () => {
  router.lines.length = 0
  const { errors } = await router.query('{ me { id } }')
  expect(errors?.[0]?.message).toBe('Query.me needs a signed-in user.')
  expect(router.lines.join()).not.toContain('error')
  expect(router.subgraph('people').requests.filter(({ body }) => body.includes('me'))).toEqual([])
})
