import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openDataDir } from '../../scripts/launcher/supervisor/data-dir.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-up-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const spawnUp = (env: Record<string, string>) =>
  spawn(process.execPath, [resolve(import.meta.dirname, '../../scripts/up.ts')], {
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), PORT: '0', ISSUER_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 240_000,
  })

/** Runs the script of `npm start` until it exits because of an operator's mistake. */
function up(env: Record<string, string>): Promise<{ exitCode: number | null; errors: string }> {
  const child = spawnUp(env)
  child.stdout.resume()
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (part) => (errors += part))
  return new Promise((done) => child.once('close', (exitCode) => done({ exitCode, errors })))
}

describe('npm start fails with one clear line', () => {
  it('if a port is in use', async () => {
    const server = createServer()
    const port = await new Promise<number>((done) =>
      server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
    )
    expect(await up({ PORT: String(port) })).toEqual({
      exitCode: 1,
      errors: `Port ${port} is in use: choose another with PORT, e.g. PORT=${port + 1} npm start\n`,
    })
    await new Promise((done) => server.close(done))
  })

  it('if browsers and fetch refuse to connect to a port', async () => {
    expect(await up({ ISSUER_PORT: '4190' })).toEqual({
      exitCode: 1,
      errors: 'Port 4190 (ISSUER_PORT) can not be used: browsers, and fetch, refuse to ask it.\n',
    })
  })

  it('if the data folder has other files', async () => {
    writeFileSync(join(folder, 'letters.txt'), '')
    expect(await up({ DATA_DIR: folder })).toEqual({
      exitCode: 1,
      errors: `${folder} holds something else (letters.txt): choose an empty or a new folder as DATA_DIR.\n`,
    })
  })

  it('if the system already runs in the data folder', async () => {
    const held = openDataDir(join(folder, 'data'), false)
    expect(await up({})).toEqual({
      exitCode: 1,
      errors: `The system already runs in ${folder}/data (process ${process.pid}): stop it first, or choose another DATA_DIR.\n`,
    })
    held.release()
  })

  it.each([
    ['the NATS server is missing', { NATS_SERVER_BIN: '/nowhere/nats' }, /^The NATS server of NATS_SERVER_BIN .*\n$/],
    [
      'a given NATS has users, and not each has a password',
      { NATS_URL: 'nats://127.0.0.1:1', NATS_PASSWORD_ORDER: 'some password' },
      /^Each program needs its own password for NATS. Missing: NATS_PASSWORD_ACCOUNT, .*\n$/,
    ],
    ['a given NATS does not answer', { NATS_URL: 'nats://127.0.0.1:1' }, /^NATS at 127.0.0.1:1 \(NATS_URL\) .*\n$/],
    ['a given database does not answer', { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' }, /^The databases .*\n$/],
  ])('if %s', async (_, env, line) => {
    expect(await up(env)).toEqual({ exitCode: 1, errors: expect.stringMatching(line) })
  })

  it('if secrets.json is damaged', async () => {
    openDataDir(join(folder, 'data'), false).release()
    writeFileSync(join(folder, 'data/secrets.json'), '{"postgres": "ab')
    expect(await up({})).toEqual({
      exitCode: 1,
      errors: `${folder}/data/secrets.json is damaged: the passwords of this data folder are lost. Restore the file or delete the folder.\n`,
    })
  })

  it('if NODE_ENV is unknown', async () => {
    expect(await up({ NODE_ENV: 'prod' })).toEqual({
      exitCode: 78,
      errors: 'Setting NODE_ENV: none of development, test, production (it is prod)\n',
    })
  })

  it('if production has no payment provider, before anything is created', async () => {
    expect(await up({ NODE_ENV: 'production' })).toEqual({
      exitCode: 78,
      errors: ['PROVIDER_URL', 'PROVIDER_TOKEN', 'MESSAGE_URL', 'MESSAGE_TOKEN']
        .map((name) => `Setting ${name}: missing\n`)
        .join(''),
    })
    const gateway = { MESSAGE_URL: 'https://gateway.example', MESSAGE_TOKEN: 'token' }
    const http = { ...gateway, PROVIDER_URL: 'http://127.0.0.1:8080', PROVIDER_TOKEN: 'sk' }
    expect(await up({ NODE_ENV: 'production', ...http })).toEqual({
      exitCode: 78,
      errors: 'Setting PROVIDER_URL: not https, which production needs\n',
    })
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('if the data folder belongs to a shop in production', async () => {
    openDataDir(join(folder, 'data'), true).release()
    expect(await up({})).toEqual({
      exitCode: 1,
      errors: `${folder}/data is a shop in production: start it with NODE_ENV=production, or choose another DATA_DIR for development.\n`,
    })
  })

  it('for each invalid setting of any program, before anything is created', async () => {
    expect(await up({ PORT: 'x', NATS_URL: 'http://here', CORS_ORIGINS: 'here' })).toEqual({
      exitCode: 78,
      errors: expect.stringMatching(/^Setting PORT: .*\nSetting NATS_URL: .*\nSetting CORS_ORIGINS: .*\n$/),
    })
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })
})

it('Ctrl-C while programs start stops the start: nothing else is begun', async () => {
  const child = spawnUp({})
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => {
      output += part
      if (output.includes('processes…') && !output.includes('Stopping')) child.kill('SIGINT')
    })
  }
  const exitCode = await new Promise((done) => child.once('close', done))
  expect([exitCode, output.slice(output.indexOf('processes…')).trim().split('\n').slice(1)]).toEqual([
    0,
    ['Stopping…', 'Stopped.'],
  ])
})
