import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { globalId } from '../../chassis/global-ids.ts'
import { type Claims, CONTEXT_HEADER, signContext } from '../../chassis/signed-context.ts'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { demoUsers } from './demo-users.ts'
import { schema } from './outbound/postgres/database.ts'
import { askToken, ISSUER, readDocument } from './testing/token-client.ts'

const secret = 's'.repeat(32)
type Replica = { process: ChildProcess; subgraph: string; issuer: string }
let database: Awaited<ReturnType<typeof migratedDatabase>>
let replicas: Replica[]

/** Starts the account context as `npm start` does, where no NATS is; resolves when it serves. */
async function start(databaseUrl: string): Promise<Replica> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    env: {
      NODE_ENV: 'test', // demo users; in production there are none
      DATABASE_URL: databaseUrl,
      NATS_URL: 'nats://127.0.0.1:1',
      CALLER_KEYS: `router=${secret}`,
      KEY_SECRET: secret,
      DEMO_SECRET: secret,
      ISSUER_URL: ISSUER,
      ISSUER_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ports = new Map<string, number>()
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = line.startsWith('{') ? JSON.parse(line) : {}
    ports.set(msg, port)
    if (msg === 'serving') break
  }
  child.stdout.resume()
  const [issuer, subgraph] = ['issuing', 'serving'].map((msg) => `http://127.0.0.1:${ports.get(msg)}`)
  return { process: child, issuer: issuer ?? '', subgraph: subgraph ?? '' }
}

beforeAll(async () => {
  database = await migratedDatabase('account', schema)
  replicas = await Promise.all([start(database.url), start(database.url)])
})
afterAll(async () => {
  for (const replica of replicas) replica.process.kill('SIGKILL')
  await database.drop()
})

const replica = (index = 0) => replicas[index] as Replica // started in beforeAll

async function ask(claims: Claims, headers?: Record<string, string>) {
  const body = JSON.stringify({ query: '{ me { id name roles } }' })
  const request = { method: 'POST', path: '/graphql', audience: 'account', claims, body, once: false }
  const signed = signContext(secret, request, Date.now())
  const response = await fetch(`${replica().subgraph}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [CONTEXT_HEADER]: signed, ...headers },
    body,
  })
  return { status: response.status, answer: await response.json() }
}

describe('the account context as a process, without NATS', () => {
  it('is ready, and agrees on the signing key with a replica that started at the same time', async () => {
    expect((await fetch(`${replica().subgraph}/ready`)).status).toBe(200)
    expect(await readDocument(replica(0).issuer, '/jwks')).toEqual(await readDocument(replica(1).issuer, '/jwks'))
  })

  it('has the demo users', async () => {
    const request = { grant_type: 'urn:flower-delivery:demo', user: 'rider' }
    expect((await askToken(replica().issuer, 'demo', secret, request)).status).toBe(200)
  })

  it('tells a signed request who the caller is, null where it is no user', async () => {
    const { login: _, ...lee } = demoUsers[0] as (typeof demoUsers)[number] // the first is there
    const signedIn = { sub: lee.id, roles: lee.roles, scopes: [] }
    expect(await ask(signedIn)).toEqual({
      status: 200,
      answer: { data: { me: { ...lee, id: globalId('User', lee.id) } } },
    })
    const machine = { sub: 'demo-machine', roles: [], scopes: ['payments:read'] }
    for (const nobody of [null, machine]) {
      expect(await ask(nobody)).toEqual({ status: 200, answer: { data: { me: null } } })
    }
  })

  it('answers nothing that is not signed for it', async () => {
    expect((await ask(null, { [CONTEXT_HEADER]: '' })).status).toBe(401)
    expect((await fetch(`${replica().issuer}/graphql`, { method: 'POST' })).status).toBe(404)
  })

  it('stops in order when asked to', async () => {
    const exited = once(replica(1).process, 'exit')
    replica(1).process.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })
})
