import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { faultsIn } from '../../chassis/testing/faults.ts'
import { isRunning } from '../../scripts/launcher/bootstrap/lock.mjs'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import type { ProcessEntry } from '../../scripts/launcher/supervisor/spec.ts'

const READY = /^Ready: GraphQL (\S+) · sign-in (\S+)$/m
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'NATS_SERVER_BIN']

/** Long timeouts and high rates, so that a busy machine causes no failures: work is charged by measured time. */
const PATIENT = {
  SUBGRAPH_TIMEOUT_MS: '60000',
  REQUEST_TIMEOUT_MS: '120000',
  MAX_WAIT_MS: '60000',
  RATE_PER_SECOND: '10000',
  RATE_BURST: '10000',
}

export type Stack = {
  /** The router's GraphQL endpoint. */
  url: string
  /** Where tokens are issued. */
  issuer: string
  dataDir: string
  /** The running processes listed in processes.json. */
  processes(): Promise<ProcessEntry[]>
  /** Sends a request to the payment provider's sandbox (see its README); throws unless the status is 200. */
  sandbox(path: string, init?: RequestInit): Promise<unknown>
  /** Everything that `npm start` has printed so far. */
  output(): string
  /**
   * Stops the system with `signal`; returns its exit code and the processes that are still running (there should be none). Throws
   * if a process exited on an uncaught error.
   */
  stop(signal?: NodeJS.Signals): Promise<{ exitCode: number | null; left: ProcessEntry[] }>
}

/**
 * Starts the whole system by `scripts/up.ts` on free ports with its own data folder. Resolves when it is ready; otherwise throws
 * its output. With `env.DATA_DIR` the folder is the caller's, and is kept after `stop`. `checkout` is the folder of the code; this
 * one's if none is given.
 */
export async function startStack(
  options: { env?: Record<string, string>; args?: string[]; checkout?: string } = {},
): Promise<Stack> {
  const checkout = resolve(options.checkout ?? join(import.meta.dirname, '../..'))
  const dataDir = options.env?.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'flower-stack-'))
  const child = spawn(process.execPath, [join(checkout, 'scripts/up.ts'), ...(options.args ?? [])], {
    cwd: checkout,
    env: {
      // Nothing else is inherited: the developer's environment may have settings of another system.
      ...Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
      NODE_ENV: 'test',
      PORT: '0',
      ISSUER_PORT: '0',
      STOP_WITH_PARENT: '1',
      ...PATIENT,
      ...options.env,
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // Ctrl-C must reach the tests only.
  })
  let printed = ''
  const ready = Promise.withResolvers<{ url: string; issuer: string } | null>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => {
      printed += part
      const [, url, issuer] = printed.match(READY) ?? []
      if (url && issuer) ready.resolve({ url, issuer })
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  // If it cannot become ready, it prints the reason and exits.
  void exited.then(() => ready.resolve(null))

  const processes = async () => JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as ProcessEntry[]
  const sandbox = async (path: string, init: RequestInit = {}) => {
    const { port } = (await processes()).find(({ name }) => name === 'provider') ?? { port: 0 }
    const headers = { authorization: `Bearer ${secretsIn(join(dataDir, 'secrets.json'))('provider')}` }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers })
    if (!response.ok) throw new Error(`The sandbox answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const before = await processes().catch(() => [])
    child.kill(signal)
    const exitCode = await exited
    const left = before.filter(({ pid, started }) => isRunning({ pid, started }))
    const logs = globSync(join(dataDir, 'logs', '*.log*')).map((file) => readFileSync(file, 'utf8'))
    const faults = logs.flatMap(faultsIn)
    if (!options.env?.DATA_DIR) rmSync(dataDir, { recursive: true, force: true })
    if (faults.length) throw new Error(`Processes of the stack had uncaught errors:\n${faults.join('\n')}`)
    return { exitCode, left }
  }

  const addresses = await ready.promise
  if (addresses) return { ...addresses, dataDir, processes, sandbox, output: () => printed, stop }
  await stop()
  throw new Error(`The stack did not become ready:\n${printed}`)
}
