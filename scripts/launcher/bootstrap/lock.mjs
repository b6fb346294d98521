import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * The start time of the process in the system's own form (only for comparison), or undefined if it does not run. A pid
 * alone does not identify a process, because the system uses pids again, at the latest after a restart of the machine.
 */
export function startOf(pid) {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
    }
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may contain spaces and brackets. After it: field 3 is the state, 22 the start in ticks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : `${boot}.${fields[19]}`
  } catch {
    return undefined
  }
}

/** Whether this process still runs, and its pid does not belong to another one. */
export function isRunning({ pid, started }) {
  return started !== undefined && startOf(pid) === started
}

/** The holder named in a lock file; undefined if there is no file, `{}` if its writer died before it wrote a name. */
function holderOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
    // It is being written, unless it is old: then its writer died.
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return age > 5_000 ? {} : { pid: 0, writing: true }
  }
}

/** Removes a dead holder's file. If another process has replaced it meanwhile, that one's file is put back. */
function clear(path, dead) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  const found = holderOf(aside)
  if (found?.pid === dead.pid && found?.started === dead.started) rmSync(aside)
  else renameSync(aside, path)
}

/**
 * Takes the lock file and returns `{ release }`, or returns `{ holder: pid }` if another process has it. The lock of a
 * process that no longer runs is removed.
 */
export function tryLock(path) {
  const mine = { pid: process.pid, started: startOf(process.pid) }
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx', mode: 0o600 })
      return { release: () => rmSync(path, { force: true }) }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = holderOf(path)
    if (holder === undefined) continue
    if (holder.writing || isRunning(holder)) return { holder: holder.pid }
    clear(path, holder)
  }
}
