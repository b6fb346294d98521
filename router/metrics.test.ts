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
  const errors = (code: string, over: string) => line(`router_errors_total{code="${code}",over="${over}"}`)
  expect(await errors('GRAPHQL_VALIDATION_FAILED', 'http')).toMatch(/ 1$/)
  expect(await errors('GRAPHQL_VALIDATION_FAILED', 'live')).toMatch(/ 1$/)
  expect(await errors('SUBGRAPH_ERROR', 'http')).toMatch(/ 1$/)
  expect(await errors('SUBGRAPH_ERROR', 'live')).toMatch(/ 1$/)
  // Neither what a client did wrong, nor what went over another transport.
  expect(await line('router_failed_requests_total')).toBe('router_failed_requests_total 1')
  expect(await line('router_plan_seconds_count')).toMatch(/ 2$/)
  expect(await line('router_fallbacks_total')).toMatch(/ 0$/)
  expect(await line('router_subgraph_request_seconds_count{subgraph="shop",outcome="answered"}')).toMatch(/ 3$/)
  expect(await line('router_live_connections')).toMatch(/ 0$/)
  expect(await line('router_requests_under_way')).toMatch(/ 0$/)
  expect(await line('nodejs_eventloop_lag_p99_seconds')).toBeDefined()
  expect(await metrics()).not.toContain('ANYTHING_AT_ALL')
  expect((await fetch(`${router.url}/metrics`)).status).toBe(404)
})

it('counts a request once that has failed by our fault, however many errors it has', async () => {
  const failed = async () => Number((await line('router_failed_requests_total'))?.split(' ')[1])
  const before = await failed()
  await router.query('{ a: broken b: broken c: odd }')
  expect(await failed()).toBe(before + 1)
  await router.query('{ name nothing }')
  expect(await failed()).toBe(before + 1)
})

it('tells of the circuit to each subgraph', async () => {
  const closing = await startTestRouter([shop], { METRICS_PORT: 0 })
  const circuit = async () =>
    (await (await fetch(closing.metricsUrl)).text()).split('\n').find((each) => each.startsWith('router_circuit_open'))
  expect(await circuit()).toBe('router_circuit_open{subgraph="shop"} 0')
  await closing.subgraph('shop').close()
  await until(async () => {
    await closing.query('{ name }')
    return (await circuit()) === 'router_circuit_open{subgraph="shop"} 1'
  })
  await closing.close().catch(() => {}) // Its subgraph is closed already.
})
