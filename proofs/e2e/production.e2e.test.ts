import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { openTestSocket } from '../../router/live/testing/ws-connection.ts'
import { ask } from '../../scripts/client.ts'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { demoToken } from '../../scripts/token.ts'
import { askToken, kidOf } from '../../subgraphs/account/testing/token-client.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { routersOf } from './subscriptions.ts'

// Nothing listens at this URL: payment starts without its provider, and would defer payments; account starts without its gateway.
const provider = {
  PROVIDER_URL: 'https://127.0.0.1:1',
  PROVIDER_TOKEN: 'credential-of-the-provider',
  MESSAGE_URL: 'https://127.0.0.1:1',
  MESSAGE_TOKEN: 'credential-of-the-gateway',
}
let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { NODE_ENV: 'production', ...provider }, args: ['--routers', '2'] })
})
afterAll(async () => stack?.stop())

describe('npm start in production', () => {
  it('runs without the sandbox', async () => {
    const names = (await stack.processes()).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['postgres', 'nats', 'payment', 'router']))
    expect(names).not.toContain('provider')
    expect(existsSync(join(stack.dataDir, 'provider'))).toBe(false)
    expect(stack.output()).not.toContain('Development')
  })

  it('has no demo users and no demo shop', async () => {
    expect(await demoToken('lee', stack.dataDir)).toEqual({ problem: expect.stringContaining('no demo tokens') })
    const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8'))
    expect(Object.keys(secrets)).not.toEqual(expect.arrayContaining(['demo']))
    expect(Object.keys(secrets)).not.toEqual(expect.arrayContaining(['provider']))
    expect(await ask(stack.url, '{ items { nodes { id } } }')).toEqual({ data: { items: { nodes: [] } } })
  })

  it('does not serve GraphiQL to browsers', async () => {
    const response = await fetch(stack.url, { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type')).toContain('json')
  })

  it('never logs the provider’s credential', async () => {
    for (const { name } of await stack.processes()) {
      const log = readFileSync(join(stack.dataDir, 'logs', `${name}.log`), 'utf8')
      for (const credential of [provider.PROVIDER_TOKEN, provider.MESSAGE_TOKEN])
        expect([name, log.includes(credential)]).toEqual([name, false])
    }
  })
})

describe('what an operator ends is refused at every router within a minute', () => {
  /** Runs one of account's commands as docs/operators.md says; answers what it prints. */
  async function command(name: string, ...args: string[]): Promise<string> {
    const secret = secretsIn(join(stack.dataDir, 'secrets.json'))
    const { port } = (await stack.processes()).find(({ name }) => name === 'postgres') ?? { port: 0 }
    const env = {
      DATABASE_URL: `postgres://flower_account:${secret('database.account')}@127.0.0.1:${port}/flower_account`,
      KEY_SECRET: secret('keys'),
    }
    const file = resolve(import.meta.dirname, `../../subgraphs/account/commands/${name}.ts`)
    return (await promisify(execFile)(process.execPath, [file, ...args], { env })).stdout.trim()
  }
  const newToken = (id: string, secret: string) =>
    askToken(stack.issuer, id, secret, { grant_type: 'client_credentials' })
  /** A machine client with a token, and a WebSocket that it has opened by this at each router. */
  async function client(id: string) {
    const secret = await command('register-client', id, id)
    const token = (await newToken(id, secret)).body.access_token
    const sockets = (await routersOf(stack)).map(async (url) => {
      const socket = await openTestSocket({ url })
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
      await until(() => socket.ofType('connection_ack').length)
      return socket
    })
    return { secret, token, sockets: await Promise.all(sockets) }
  }
  /** Which routers answer to a token. */
  const answers = async (token: string) => {
    const answering = (await routersOf(stack)).map((url) => ask(url, '{ me { id } }', { token }))
    return (await Promise.all(answering)).map(({ errors }) => errors?.[0]?.message ?? 'answered')
  }
  const REVOKED = 'The token has been revoked.'
  const ENDED = expect.stringMatching(/^The token issued at .* has been revoked: connect again with a new one\.$/)
  const isRefused = async (token: string) => (await answers(token)).every((answer) => answer === REVOKED)

  it('a client that is removed; others stay', async () => {
    const [one, other] = [await client('bookkeeping'), await client('reports')]
    expect(await answers(one.token)).toEqual(['answered', 'answered'])
    await command('remove-client', 'bookkeeping')
    await until(() => isRefused(one.token), 'the removed client is refused')
    await until(() => one.sockets.every(({ closed }) => closed), 'its connections end')
    expect(one.sockets.map(({ closed }) => closed)).toEqual([
      [4403, ENDED],
      [4403, ENDED],
    ])
    expect((await newToken('bookkeeping', one.secret)).status).toBe(401)
    expect([await answers(other.token), other.sockets.map(({ closed }) => closed)]).toEqual([
      ['answered', 'answered'],
      [null, null],
    ])
    for (const { socket } of other.sockets) socket.terminate()
  })

  it('a key that is withdrawn; tokens by the next one are good', async () => {
    const one = await client('audits')
    await command('withdraw-key', kidOf(one.token))
    await until(() => isRefused(one.token), 'tokens by the withdrawn key are refused')
    await until(() => one.sockets.every(({ closed }) => closed), 'connections that were opened by them end')
    // The issuer has taken over the next key by now, since the routers know the withdrawn one from it.
    const { access_token } = (await newToken('audits', one.secret)).body
    expect(kidOf(access_token)).not.toBe(kidOf(one.token))
    await until(async () => (await answers(access_token)).every((answer) => answer === 'answered'))
  })
})
