import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createLogger } from '../chassis/log.ts'
import { keepDemoData } from '../subgraphs/account/application/demo.ts'
import { demoUsers } from '../subgraphs/account/demo-users.ts'
import { serveIssuer } from '../subgraphs/account/inbound/oidc/issuer.ts'
import { issuerOptions } from '../subgraphs/account/testing/issuer-options.ts'
import { memoryPorts } from '../subgraphs/account/testing/memory-ports.ts'
import { verifiedClaims } from '../subgraphs/account/testing/token-client.ts'
import { demoToken } from './token.ts'

const folder = mkdtempSync(join(tmpdir(), 'flower-token-'))
const demoSecret = 'd'.repeat(32)
let issuer: Awaited<ReturnType<typeof serveIssuer>>
let base: string

/** A data folder as a running system keeps it. */
function runsWith(secrets: object, issuerUrl: string): void {
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(secrets))
  writeFileSync(join(folder, 'processes.json'), JSON.stringify([{ name: 'account', replica: 1, issuerUrl }]))
}

beforeAll(async () => {
  const ports = memoryPorts()
  await keepDemoData(ports, demoSecret)
  issuer = await serveIssuer({ ...issuerOptions(), demoSecret, ports, log: createLogger('account') })
  base = `http://127.0.0.1:${issuer.port}`
})
afterAll(async () => {
  await issuer.close()
  rmSync(folder, { recursive: true })
})

describe('npm run token', () => {
  it('prints a demo user’s token while the system runs', async () => {
    runsWith({ demo: demoSecret }, base)
    const answer = await demoToken('kj', folder)
    const token = 'token' in answer ? answer.token : ''
    expect(await verifiedClaims(base, token)).toMatchObject({ sub: demoUsers[2]?.id, roles: ['STORE_OWNER'] })
  })

  it('lists the known names for an unknown one', async () => {
    runsWith({ demo: demoSecret }, base)
    expect(await demoToken('nobody', folder)).toEqual({ problem: expect.stringContaining('lee, hong, kj') })
  })

  it('reports a system that gives no demo tokens, as in production', async () => {
    runsWith({ demo: 'of another system' }, base)
    expect(await demoToken('lee', folder)).toEqual({ problem: expect.stringContaining('gives no demo tokens') })
  })

  it('reports a system that is not running', async () => {
    runsWith({ demo: demoSecret }, 'http://127.0.0.1:1')
    expect(await demoToken('lee', folder)).toEqual({ problem: expect.stringContaining('not running') })
  })

  it('needs no data folder where the environment has the issuer and its secret, as in account’s container', async () => {
    const script = fileURLToPath(new URL('./token.ts', import.meta.url))
    const env = { ISSUER_URL: base, DEMO_SECRET: demoSecret, DATA_DIR: join(folder, 'none') }
    const token = await new Promise<string>((resolve) => {
      execFile(process.execPath, [script, 'kj'], { env }, (_, stdout, stderr) => resolve(stdout.trim() || stderr))
    })
    expect(await verifiedClaims(base, token)).toMatchObject({ sub: demoUsers[2]?.id })
  })

  it('reports failures on stderr, prints nothing on stdout and exits with 1', async () => {
    const script = fileURLToPath(new URL('./token.ts', import.meta.url))
    const ended = await new Promise((resolve) => {
      execFile(
        process.execPath,
        [script, 'lee'],
        { env: { DATA_DIR: join(folder, 'none') } },
        (error, stdout, stderr) => resolve({ code: error?.code, stdout, lines: stderr.trim().split('\n') }),
      )
    })
    expect(ended).toEqual({ code: 1, stdout: '', lines: [expect.stringContaining('npm start')] })
  })
})
