import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ask } from '../../scripts/client.ts'
import { demoToken } from '../../scripts/token.ts'
import { type Stack, startStack } from '../testing/stack.ts'

// Nothing listens at this URL: payment starts without its provider, and would defer payments.
const provider = { PROVIDER_URL: 'https://127.0.0.1:1', PROVIDER_TOKEN: 'credential-of-the-provider' }
let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { NODE_ENV: 'production', ...provider } })
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
      expect([name, log.includes(provider.PROVIDER_TOKEN)]).toEqual([name, false])
    }
  })
})
