import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, startOf } from '../bootstrap/lock.mjs'

/**
 * Stops a PostgreSQL that an earlier start left running in this data folder. If a process still has the pid of its pid file
 * afterwards, it is another program: the file is then removed, because PostgreSQL would refuse to start. (Otherwise the file
 * stays: PostgreSQL needs it to check whether the folder's shared memory is in use.)
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

/** The processes whose working directory is the data folder. Other systems than Linux do not show that: by the command line. */
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

/** Stops a process that is not our child: by `signal`, and by SIGKILL after `patienceMs`. */
export async function end(pid: number, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT', patienceMs = 10_000): Promise<void> {
  const target = { pid, started: startOf(pid) }
  const send = (what: NodeJS.Signals) => {
    try {
      if (isRunning(target)) process.kill(pid, what)
    } catch {} // It has just ended.
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
