import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from '@jest/globals'
import { CONTEXTS } from '../../contexts.mjs'
import { type Deployment, NAMES } from '../supervisor/processes.ts'
import { describe as described } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'flower-programs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const production: Deployment = {
  ports: { ...Object.fromEntries(NAMES.map((name) => [name, name === 'provider' ? [] : [1]])), router: [1] },
  databases: Object.fromEntries(CONTEXTS.map((name) => [name, 'postgres://127.0.0.1/x'])),
  natsUrl: () => 'nats://127.0.0.1',
  issuer: { url: 'http://localhost:4090', port: 4090 },
  secret: (name) => name.padEnd(32, '-'),
  nodeEnv: 'production',
  provider: { url: 'https://provider.example', token: 'credential' },
  environment: {},
  compileCache: '',
  providerBook: '/nowhere',
  auditDir: folder,
}

/** What the task prints for a system that was started with these variables. */
function programsFor(environment: Record<string, string>) {
  const task = fileURLToPath(new URL('./programs.ts', import.meta.url))
  const input = JSON.stringify(described({ ...production, environment }, join(folder, 'secrets.json')))
  const { status, stdout, stderr } = spawnSync(process.execPath, [task], { input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

it('are not rolled to if they need a setting that the running system was started without', () => {
  const { status, stdout, stderr } = programsFor({})
  expect([status, stdout]).toEqual([78, ''])
  expect(stderr).toContain('Setting MESSAGE_URL: missing\nSetting MESSAGE_TOKEN: missing')
})

it('are printed otherwise, each with its settings', () => {
  const gateway = { MESSAGE_URL: 'https://gateway.example', MESSAGE_TOKEN: 'token' }
  const { status, stdout, stderr } = programsFor(gateway)
  expect([status, stderr]).toEqual([0, ''])
  const account = JSON.parse(stdout).find(({ name }: { name: string }) => name === 'account')
  expect(account.env).toMatchObject(gateway)
})
