import { globSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { SAFE_HEADERS } from '../../chassis/safe-headers.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { NAMES } from '../../scripts/launcher/supervisor/processes.ts'
import { freeRun } from '../testing/free-run.ts'
import { type Stack, startStack } from '../testing/stack.ts'

let stack: Stack
/** Every port that speaks HTTP, by its name. */
let ports: Map<string, number>
const portOf = (name: string) => ports.get(name) ?? 0
/** The ports that are not for browsers. */
const METRICS = NAMES.map((name) => `metrics of ${name}`)
const INNER = [...CONTEXTS, 'streams', 'provider', ...METRICS]

beforeAll(async () => {
  const metrics = await freeRun(NAMES.length)
  stack = await startStack({ env: { METRICS_PORT: String(metrics) } })
  const processes = (await stack.processes()).filter(({ name }) => name !== 'postgres' && name !== 'nats')
  ports = new Map(processes.map(({ name, port }) => [name, port]))
  const file = join(stack.dataDir, 'metrics-targets.json')
  const targets = JSON.parse(readFileSync(file, 'utf8')) as { targets: string[]; labels: { service: string } }[]
  for (const {
    targets: [address = ''],
    labels,
  } of targets)
    ports.set(`metrics of ${labels.service}`, Number(address.split(':')[1]))
  ports.set('issuer', Number(new URL(stack.issuer).port))
})
afterAll(async () => stack?.stop())

/** The status and the headers of an answer, whose body may never end. */
function ask(port: number, path: string, headers: Record<string, string> = {}, body?: string) {
  const method = body === undefined ? 'GET' : 'POST'
  return new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      resolve({ status: response.statusCode, headers: response.headers })
      response.destroy()
    })
    sent.once('error', reject).end(body)
  })
}
const json = { 'content-type': 'application/json' }
const hello = JSON.stringify({ query: '{ __typename }' })
const subscription = JSON.stringify({ query: 'subscription { deliveryUpdated { __typename } }' })

describe('what listens', () => {
  it('is all that answers HTTP', () => {
    expect([...ports.keys()].sort()).toEqual([...INNER, 'issuer', 'router'].sort())
  })

  it('marks everything it answers, also what it refuses', async () => {
    const answers = [
      ...[...ports.values()].flatMap((port) => [ask(port, '/health'), ask(port, '/nothing-is-here')]),
      ...CONTEXTS.map((name) => ask(portOf(name), '/graphql', json, hello)),
      ask(portOf('payment'), '/charges', json, '{}'),
      ask(portOf('provider'), '/book'),
      ...METRICS.map((name) => ask(portOf(name), '/metrics')),
      ask(portOf('issuer'), '/'),
      ask(portOf('issuer'), '/jwks'),
      ask(portOf('issuer'), '/token', { ...json, authorization: 'Basic eDp5' }, '{}'),
      ask(portOf('router'), '/graphql', json, hello),
      ask(portOf('router'), '/graphql', { ...json, authorization: 'Bearer wrong' }, hello),
      ask(portOf('router'), '/graphql', { ...json, accept: 'text/event-stream' }, subscription),
    ]
    const statuses = new Set<number | undefined>()
    for (const { status, headers } of await Promise.all(answers)) {
      statuses.add(status)
      expect({ status, ...headers }).toMatchObject(SAFE_HEADERS)
    }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404]))
  })

  it('refuses two Host headers', async () => {
    for (const port of ports.values()) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () =>
          socket.write('GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'),
        )
        socket.setEncoding('utf8').once('data', (data) => resolve(String(data)))
        socket.once('error', reject)
      })
      expect(answer).toMatch(/^HTTP\/1.1 400 /)
    }
  })

  it('answers a page that came by DNS rebinding at the public ports only', async () => {
    const asPage = async (name: string) => (await ask(portOf(name), '/health', { host: 'evil.example' })).status
    const statuses = await Promise.all([...ports.keys()].map(async (name) => [name, await asPage(name)]))
    expect(Object.fromEntries(statuses)).toEqual({
      ...Object.fromEntries(INNER.map((name) => [name, 421])),
      ...{ router: 200, issuer: 200 },
    })
  })
})

it('the files of the data folder are their owner’s only', () => {
  const cwd = stack.dataDir
  const files = globSync(['*', 'logs/*', 'provider/*'], { cwd, withFileTypes: true }).filter((entry) => entry.isFile())
  const names = files.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['secrets.json', 'processes.json', 'lock', 'order.log']))
  const open = files.filter(({ parentPath, name }) => statSync(join(parentPath, name)).mode & 0o077)
  expect(open.map(({ name }) => name)).toEqual([])
})

it('every process works in its own database with the role that may not change it', async () => {
  const { port } = (await stack.processes()).find(({ name }) => name === 'postgres') ?? { port: 0 }
  const password = secretsIn(join(stack.dataDir, 'secrets.json'))('postgres')
  const client = new pg.Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` })
  await client.connect()
  const sessions = `SELECT DISTINCT datname AS database, usename AS role FROM pg_stat_activity
    WHERE datname LIKE 'flower_%' AND backend_type = 'client backend'`
  const { rows } = await client.query(sessions).finally(() => client.end())
  // Each relay has a session all the time; a pool may have none.
  expect(rows.map(({ database }) => database)).toEqual(expect.arrayContaining(['flower_order', 'flower_payment']))
  expect(rows.filter(({ database, role }) => role !== database)).toEqual([])
})
