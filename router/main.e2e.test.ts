import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { faultsIn } from '../chassis/testing/faults.ts'
import { until } from '../chassis/testing/until.ts'
import { library } from './testing/library.ts'
import { compose } from './testing/router.ts'
import { startSubgraph, type TestSubgraph } from './testing/subgraph.ts'

let folder: string
let file: string
let subgraphs: TestSubgraph[]
const processes: ChildProcess[] = []
const outputs: (() => string)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-'))
  file = join(folder, 'supergraph.graphql')
  subgraphs = await Promise.all(library.map(startSubgraph))
  await writeFile(file, compose(subgraphs))
})
afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL')
  expect(outputs.splice(0).flatMap((output) => faultsIn(output()))).toEqual([])
})
afterAll(async () => {
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
  await rm(folder, { recursive: true })
})

function start(args: string[], environment: Record<string, string> = {}) {
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH, ...environment } })
  processes.push(child)
  let output = ''
  outputs.push(() => output)
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    output += text
  })
  const ended = once(child, 'close').then(([status]) => ({ status, output }))
  const url = () =>
    until(() => /GraphQL (http:\S+\/graphql)/.exec(output)?.[1]).catch((error) => {
      throw new Error(`The router did not start: ${output}`, { cause: error })
    })
  return { child, ended, url }
}

const ask = async (url: string, query: string, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ query })
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.status, body: await response.json() }
}

/** Reading it as a supergraph succeeds; extracting its subgraphs fails. */
const unplannable = (sdl: string) => sdl.replace('key: "id"', 'key: "nothing"')

describe('the router alone', () => {
  it('serves a supergraph file, with neither issuer nor secret nor NATS', async () => {
    const url = await start(['--supergraph', file, '--port', '0']).url()
    expect(await ask(url, '{ books(first: 1) { title copies } }')).toEqual({
      status: 200,
      body: { data: { books: [{ title: 'Emma', copies: 1 }] } },
    })
    expect((await ask(url, '{ hours }', { authorization: 'Bearer a.b.c' })).status).toBe(401)
    // Without NODE_ENV it is production, so there is no GraphiQL.
    const toBrowser = await fetch(url, { headers: { accept: 'text/html' } })
    expect(toBrowser.headers.get('content-type')).toContain('json')
    expect((await fetch(new URL('/health', url))).status).toBe(200)
    expect((await fetch(new URL('/ready', url))).status).toBe(200)
  })

  it('finishes requests under way when it is stopped, and exits with 0', async () => {
    const router = start([], { SUPERGRAPH: file, PORT: '0', SUBGRAPH_TIMEOUT_MS: '1000' })
    const url = await router.url()
    const stock = subgraphs.find(({ name }) => name === 'stock')
    stock?.behave('hang')
    const before = stock?.requests.length ?? 0
    const answer = ask(url, '{ hours }')
    await until(() => (stock?.requests.length ?? 0) > before)
    router.child.kill('SIGTERM')
    expect(await answer).toMatchObject({ status: 200, body: { data: { hours: null } } })
    expect(await router.ended).toMatchObject({ status: 0 })
    stock?.behave('right')
  })

  it('prints all invalid settings at once', async () => {
    const wrong = {
      CONTEXT_KEYS: 'order=short',
      CURSOR_SECRET: 'short',
      SUBGRAPH_URLS: 'a=b',
      JWT_ISSUERS: 'me',
      GRAPHIQL: 'maybe',
      NODE_ENV: 'prod',
      LIVE_DRAIN_MS: '15001',
    }
    const router = start(['--port', 'many'], { ...wrong, GRAPHIQL_QUERY: '/nowhere' })
    const { status, output } = await router.ended
    expect(status).toBe(78)
    for (const name of ['SUPERGRAPH', 'PORT', ...Object.keys(wrong), 'GRAPHIQL_QUERY']) {
      expect(output).toContain(`Setting ${name}: `)
    }
  })

  it.each([
    ['an option it does not know', ['--supergraf', 'x'], /--supergraf/],
    ['a file that is not there', ['--supergraph', '/nowhere'], /no file \/nowhere/],
    ['a file that is no supergraph', ['--supergraph', import.meta.filename], /not a supergraph/],
  ])('does not start with %s, and says so in a line', async (_, args, reason) => {
    const { status, output } = await start([...args, '--port', '0']).ended
    expect({ status, output }).toEqual({ status: 78, output: expect.stringMatching(reason) })
    expect(output).not.toContain('    at ')
  })

  it('does not start with a supergraph that only its planner refuses, and says so in a line', async () => {
    const bad = join(folder, 'bad.graphql')
    await writeFile(bad, unplannable(compose(subgraphs)))
    const { status, output } = await start(['--supergraph', bad, '--port', '0']).ended
    expect({ status, lines: output.trim().split('\n') }).toEqual({
      status: 78,
      lines: [expect.stringMatching(/^The router cannot start\. .*bad\.graphql: .*nothing/)],
    })
  })

  it('does not start on a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? `${address?.port}` : ''
    const { status, output } = await start(['--supergraph', file, '--port', port]).ended
    server.close()
    expect({ status, output }).toEqual({
      status: 78,
      output: expect.stringContaining(`Port ${port} on 127.0.0.1 is in use.`),
    })
  })
})

describe('a supergraph that changes while the router runs', () => {
  it.each(['by its file', 'on SIGHUP'])('is gone on by (%s); one that is bad is not', async (how) => {
    const changing = join(folder, 'changing.graphql')
    const smaller = subgraphs.map(({ typeDefs, ...rest }) => ({
      ...rest,
      typeDefs: typeDefs.replace('open: Boolean!,', ''),
    }))
    await writeFile(changing, compose(smaller))
    const { child, url } = start(['--supergraph', changing, '--port', '0'])
    const address = await url()
    const change = async (sdl: string) => {
      await writeFile(changing, sdl)
      if (how === 'on SIGHUP') child.kill('SIGHUP')
    }
    const isOpen = async () => JSON.stringify((await ask(address, '{ open }')).body) === '{"data":{"open":true}}'
    expect(await isOpen()).toBe(false)
    await change(compose(subgraphs))
    await until(isOpen)
    let output = ''
    child.stdout?.on('data', (text) => {
      output += text
    })
    for (const [sdl, reason] of [
      ['type Query {', /not a supergraph/],
      [unplannable(compose(subgraphs)), /nothing/],
    ] as const) {
      output = ''
      await change(sdl)
      await until(() => output.endsWith('\n') && output.includes('could not be reloaded'))
      expect(output).toMatch(reason)
      expect(output).not.toContain('    at ')
      expect(output).not.toContain('node_modules')
      expect(await isOpen()).toBe(true)
    }
  })
})
