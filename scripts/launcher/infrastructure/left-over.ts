import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, startOf } from '../bootstrap/lock.mjs'

/**
 * Stops the PostgreSQL an earlier start left in this data folder. Then, if any process has the pid in its pid file, it
 * is not PostgreSQL's, and the file is removed: PostgreSQL would take it for the old one and refuse to start. (Otherwise
 * the file stays: by it PostgreSQL sees whether anything still uses the folder's memory.)
 */
export async function stopLeftOver(folder: string): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid')
  const pid = pidIn(pidFile)
  if (pid === undefined) return
  const family = processesIn(folder, pid)
  if (family.includes(pid)) await end(pid)
  for (const member of family) await end(member)
  if (startOf(pid) !== undefined) rmSync(pidFile, { force: true })
}

function pidIn(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    return pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** PostgreSQL's processes work in its data folder; where a system does not show that, the name of one must do. */
function processesIn(folder: string, pid: number): number[] {
  if (process.platform !== 'linux') {
    const { stdout = '' } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return stdout.includes('postgres') && stdout.includes(folder) ? [pid] : []
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && cwdOf(name) === folder)
    .map(Number)
}

function cwdOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

/** Ends one process that is not our child: asks by SIGINT or SIGTERM, and makes it after `patienceMs`. */
export async function end(pid: number, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT', patienceMs = 10_000): Promise<void> {
  const target = { pid, started: startOf(pid) }
  const send = (what: NodeJS.Signals) => {
    try {
      if (isRunning(target)) process.kill(pid, what)
    } catch {} // it ended in this moment
  }
  send(signal)
  send('SIGCONT')
  const deadline = Date.now() + patienceMs
  for (let forced = false; isRunning(target); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() < deadline || forced) continue
    send('SIGKILL')
    forced = true
  }
}
