import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-secrets-'))
  file = join(folder, 'secrets')
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => {
  const script = resolve(import.meta.dirname, 'kubernetes-secrets.ts')
  return spawnSync(process.execPath, [script, '--file', file, ...args], { encoding: 'utf8' })
}
type Secret = { kind: string; metadata: { name: string; namespace: string }; stringData: { [key: string]: string } }
const secretsIn = (output: string): Secret[] => JSON.parse(output).items

it('the Secrets are made once from a file that only its owner may read, the same at every run', () => {
  const first = run('--development')
  expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining('new secrets') })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const secrets = secretsIn(first.stdout)
  expect(new Set(secrets.map(({ kind, metadata }) => `${kind} in ${metadata.namespace}`))).toEqual(
    new Set(['Secret in flower-delivery']),
  )
  const { order } = Object.fromEntries(secrets.map(({ metadata, stringData }) => [metadata.name, stringData]))
  expect(Object.keys(order ?? {}).toSorted()).toEqual([
    'CONTEXT_KEY_ORDER_PAYMENT',
    'CONTEXT_KEY_ROUTER_ORDER',
    'DATABASE_PASSWORD_ORDER',
    'NATS_PASSWORD_ORDER',
  ])
  expect(run('--development').stdout).toBe(first.stdout)
})

it('for production are not made before the URLs and credentials of those outside are in the file', () => {
  const first = run()
  expect([first.status, first.stdout]).toEqual([1, ''])
  expect(first.stderr).toContain(`MESSAGE_URL has no value. Write it in ${file}.`)
  const settings = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    settings
      .replace('PROVIDER_URL=', 'PROVIDER_URL=https://provider.example')
      .replace('PROVIDER_TOKEN=', 'PROVIDER_TOKEN=abc')
      .replace('MESSAGE_URL=', 'MESSAGE_URL=https://gateway.example')
      .replace('MESSAGE_TOKEN=', 'MESSAGE_TOKEN=def'),
  )
  const { stdout } = run()
  const payment = secretsIn(stdout).find(({ metadata }) => metadata.name === 'payment')
  expect(payment?.stringData).toMatchObject({ PROVIDER_URL: 'https://provider.example', PROVIDER_TOKEN: 'abc' })
  expect(stdout).not.toContain('DEMO_SECRET')
})
