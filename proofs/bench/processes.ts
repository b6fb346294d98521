import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { until } from '../../chassis/testing/until.ts'
import { cpuMsOf } from '../../scripts/launcher/cpu-time.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const children = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
// Child processes end with the bench, however it ends (for example by a closed pipe).
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** A temporary folder that is removed when the bench ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flower-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Kills a child process when the bench ends. */
export function endWithParent(child: ChildProcess): void {
  children.add(child)
  child.once('exit', () => children.delete(child))
}

/** Runs a program with only this environment, on one `core` if given; resolves when it listens on `port`. */
export async function run(main: string, env: Record<string, string>, port: number, args: string[] = [], core?: string) {
  const command = [...(core ? ['taskset', '-c', core] : []), process.execPath, resolve(ROOT, main), ...args]
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  endWithParent(child)
  const listens = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    )
  await until(listens, `${main} listens`)
  return { pid: child.pid ?? 0, stop: () => stop(child) }
}

export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 8_000).unref()
  })
}

/** CPU time of all the process's threads so far, in ms. Throws if the process has ended. */
export function cpuMs(pid: number): number {
  const ms = cpuMsOf(pid)
  if (ms === null) throw new Error(`Process ${pid} has ended, or this is not Linux.`)
  return ms
}

/** The process's resident memory, in bytes. */
export const rssBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
