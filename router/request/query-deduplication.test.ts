import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { buildSchema, type ExecutionResult } from 'graphql'
import { pino } from 'pino'
import { until } from '../../chassis/testing/until.ts'
import type { Caller, Executor } from '../operation.ts'
import { library } from '../testing/library.ts'
import { operationOf } from '../testing/operation.ts'
import { startTestRouter } from '../testing/router.ts'
import { createQueryDeduplication } from './query-deduplication.ts'

const SCHEMA = buildSchema('type Query { hours: String } type Mutation { open: String }')
const parse = (source: string) => operationOf(SCHEMA, source)
const QUERY = parse('{ hours }')
const MUTATION = parse('mutation { open }')
const nobody: Caller = { claims: null, headers: {} }
const ann: Caller = { claims: { sub: 'ann', roles: [], scopes: [] }, headers: {} }

/** An executor whose runs are ended by the test, in any order. */
function world() {
  const runs: { end: (result: ExecutionResult) => void; fail: (error: Error) => void }[] = []
  const execute: Executor = () =>
    new Promise((end, fail) => {
      runs.push({ end, fail })
    })
  const share = createQueryDeduplication(pino({ enabled: false }))
  const shared = share(execute)
  const ask = (caller = nobody, variables: Record<string, unknown> = {}, operation = QUERY, by = shared) =>
    by({ operation, variables }, caller)
  return { runs, ask, mutate: (by = shared) => ask(nobody, {}, MUTATION, by), other: share(execute) }
}
const answer = (hours: string) => ({ data: { hours } })

describe('equal queries', () => {
  it('under way together are run once, and get the same answer', async () => {
    const { runs, ask } = world()
    const both = [ask(), ask()]
    expect(runs).toHaveLength(1)
    runs[0]?.end(answer('9-17'))
    expect(await Promise.all(both)).toEqual([answer('9-17'), answer('9-17')])
    void ask()
    expect(runs).toHaveLength(2)
  })

  it('fail together, and the next one runs again', async () => {
    const { runs, ask } = world()
    const both = Promise.allSettled([ask(), ask()])
    runs[0]?.fail(new Error('broken'))
    expect(await both).toMatchObject([{ reason: { message: 'broken' } }, { reason: { message: 'broken' } }])
    void ask()
    expect(runs).toHaveLength(2)
  })

  it('are those of one caller with the same variables and headers, by whatever way and request', () => {
    const { runs, ask, other } = world()
    const by = (headers: Caller['headers']) => void ask({ claims: null, headers })
    by({ 'x-request-id': '1', traceparent: 'a' })
    by({ 'x-request-id': '2', traceparent: 'b' })
    void ask(nobody, {}, QUERY, other)
    expect(runs).toHaveLength(1)
    by({ 'x-request-id': '1', language: 'ko' })
    void ask(ann)
    void ask({ ...ann, claims: { sub: 'ann', roles: ['A'], scopes: [] } })
    void ask(nobody, { n: 1 })
    void ask(nobody, {}, parse('{ hours }'))
    expect(runs).toHaveLength(6)
  })

  it('whose variables are nested too deeply to compare are run each for itself', () => {
    const { runs, ask } = world()
    const n = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    void ask(nobody, { n })
    void ask(nobody, { n })
    expect(runs).toHaveLength(2)
  })
})

describe('a query after the result of a mutation', () => {
  it('joins none that began before, or while it ran', async () => {
    const { runs, ask, mutate, other } = world()
    void ask()
    const mutation = mutate(other)
    void ask(ann)
    runs[1]?.end({ data: {} })
    await mutation
    void ask()
    void ask(ann)
    expect(runs).toHaveLength(5)
  })

  it('is shared in its turn, also when the one before it ends', async () => {
    const { runs, ask, mutate } = world()
    const first = ask()
    const mutation = mutate()
    runs[1]?.fail(new Error('It may have taken effect all the same.'))
    await expect(mutation).rejects.toThrow('all the same')
    const second = ask()
    runs[0]?.end(answer('before'))
    expect(await first).toEqual(answer('before'))
    const third = ask()
    expect(runs).toHaveLength(3)
    runs[2]?.end(answer('after'))
    expect(await Promise.all([second, third])).toEqual([answer('after'), answer('after')])
  })
})

describe('over the network', () => {
  let router: Awaited<ReturnType<typeof startTestRouter>>
  beforeAll(async () => {
    router = await startTestRouter(library)
  })
  afterAll(() => router.close())
  beforeEach(() => {
    stock().requests.length = 0
    stock().behave('right')
  })
  const stock = () => router.subgraph('stock')
  const ask = (query: string, headers: Record<string, string> = {}) => router.post(JSON.stringify({ query }), headers)
  const events = { accept: 'text/event-stream' }
  const requestCount = () => stock().requests.length

  it.each([
    ['posted', {}],
    ['by an event stream', events],
  ])('a client sees what its mutation did, %s', async (_, headers) => {
    stock().behave('held')
    const before = ask('{ hours }')
    await until(() => requestCount() === 1)
    stock().behave('right')
    const mutation = await ask('mutation { review(bookId: "b1", text: "good") { id } }', headers)
    expect(await mutation.text()).toContain('r9')
    expect(await (await ask('{ hours }', headers)).text()).toContain('9-17')
    expect(requestCount()).toBe(2)
    stock().release()
    await before
  })
})

it('a timeout of one client does not affect another with an equal query', async () => {
  // real time: what it asks for is held
  const router = await startTestRouter(library, { REQUEST_TIMEOUT_MS: 50 })
  const stock = router.subgraph('stock')
  stock.behave('held')
  const body = JSON.stringify({ query: '{ open }' })
  const one = await router.post(body)
  const other = await router.post(body, { accept: 'text/event-stream' }) // Streams have no such limit.
  stock.release()
  expect([one.status, await other.text()]).toEqual([504, expect.stringContaining('"open":true')])
  expect(stock.requests).toHaveLength(1)
  await router.close()
})
