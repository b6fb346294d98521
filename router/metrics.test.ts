import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { GraphQLError } from 'graphql'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { until } from '../chassis/testing/until.ts'
import { startTestRouter } from './testing/router.ts'

const shop = {
  name: 'shop',
  typeDefs: 'type Query { name: String broken: String odd: String }',
  resolvers: {
    Query: {
      name: () => 'KJ',
      broken: () => {
        throw new Error('no')
      },
      odd: () => {
        throw new GraphQLError('no', { extensions: { code: 'ANYTHING_AT_ALL' } })
      },
    },
  },
}
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter([shop], { METRICS_PORT: 0, MAX_DEPTH: 1 })
})
afterAll(() => router.close())

const metrics = async () => (await fetch(router.metricsUrl)).text()
const line = async (start: string) => (await metrics()).split('\n').find((each) => each.startsWith(start))

it('serves metrics of errors and times on a port of their own', async () => {
  await router.query('{ name }')
  await router.query('{ odd }')
  await router.query('{ nothing }')
  await router.post('no JSON')
  const stream = await router.post(JSON.stringify({ query: '{ odd }' }), { accept: 'text/event-stream' })
  expect(await stream.text()).toContain('event: complete')
  const url = `${router.url.replace('http', 'ws')}/graphql`
  const socket = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 })
  await expect(socket.iterate({ query: '{ nothing }' }).next()).rejects.toBeDefined()
  await socket.dispose()
  await until(
    async () => (await line('router_requests_total{status="400"}')) === 'router_requests_total{status="400"} 1',
  )
  expect(await line('router_requests_total{status="200"}')).toBe('router_requests_total{status="200"} 4')
  expect(await line('router_request_seconds_count')).toBe('router_request_seconds_count 4')
  expect(await line('router_errors_total{code="GRAPHQL_VALIDATION_FAILED"}')).toMatch(/ 2$/)
  expect(await line('router_errors_total{code="SUBGRAPH_ERROR"}')).toMatch(/ 2$/)
  expect(await line('router_plan_seconds_count')).toMatch(/ 2$/)
  expect(await line('router_fallbacks_total')).toMatch(/ 0$/)
  expect(await line('router_subgraph_request_seconds_count{subgraph="shop",outcome="answered"}')).toMatch(/ 3$/)
  expect(await line('router_live_connections')).toMatch(/ 0$/)
  expect(await line('router_requests_under_way')).toMatch(/ 0$/)
  expect(await line('nodejs_eventloop_lag_p99_seconds')).toBeDefined()
  expect(await metrics()).not.toContain('ANYTHING_AT_ALL')
  expect((await fetch(`${router.url}/metrics`)).status).toBe(404)
})
