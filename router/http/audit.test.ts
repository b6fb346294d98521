import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { auditServer } from 'graphql-http'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(library)
})
afterAll(() => router.close())

/** A client that says what no page of another site can say for it (README: GET). */
const fetchWithPreflightHeader: typeof fetch = (url, init) =>
  fetch(url, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init?.headers)), 'apollo-require-preflight': 'yes' },
  })

it('keeps to every MUST, SHOULD and MAY of GraphQL over HTTP, by the audit of graphql-http', async () => {
  const results = await auditServer({ url: `${router.url}/graphql`, fetchFn: fetchWithPreflightHeader })
  expect(results.length).toBeGreaterThan(50)
  const broken = results.filter(({ status }) => status !== 'ok')
  expect(broken.map(({ id, name, status }) => ({ id, name, status }))).toEqual([])
})
