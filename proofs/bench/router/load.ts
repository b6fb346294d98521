import { Agent } from 'undici'
import type { Operation } from './supergraph.ts'

export type Target = { port: number; headers?: Record<string, string> }
export type Load = { latencies: number[]; last: unknown }

const agent = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 4_000 })

/** Makes each request unique, because only this router answers equal concurrent requests with one execution. */
const withDistinctVariable = ({ query, variables }: Operation, n: number) => ({
  query,
  variables: { ...variables, request: n },
})

/** Sends `count` requests, `concurrency` at a time; returns the latencies in ms. Throws at the first incomplete response. */
export async function load(
  { port, headers }: Target,
  operationOf: (n: number) => Operation,
  count: number,
  concurrency = 8,
): Promise<Load> {
  const latencies: number[] = []
  let last: unknown
  let next = 0
  const client = async () => {
    while (next < count) {
      const n = next++
      const startedAt = performance.now()
      const { statusCode, body } = await agent.request({
        origin: `http://127.0.0.1:${port}`,
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(withDistinctVariable(operationOf(n), n)),
      })
      const text = await body.text()
      latencies.push(performance.now() - startedAt)
      if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${statusCode}: ${text.slice(0, 500)}`)
      if (n === count - 1) last = (JSON.parse(text) as { data: unknown }).data
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  return { latencies, last }
}
