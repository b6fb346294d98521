import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * When the process started, as its system tells it (only to be compared), or undefined where there is none. A pid alone
 * proves nothing: it is given to another process sooner or later, and surely after a restart of the machine.
 */
export function startOf(pid) {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
    }
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets itself. Then: 3 is the state, 22 the start in ticks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : `${boot}.${fields[19]}`
  } catch {
    return undefined
  }
}

/** Whether that very process, not another one with its pid, still runs. */
export function isRunning({ pid, started }) {
  return started !== undefined && startOf(pid) === started
}

/** The holder a lock file names, or undefined where there is no file; `{}` where it names none (yet). */
function holderOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
    // Just made and not yet written? Unless it is old: then its maker died in between.
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return age > 5_000 ? {} : { pid: 0, writing: true }
  }
}

/** Moves a dead holder's file away; whoever is second finds it gone, or another's and puts that back. */
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
 * Takes the lock file, or tells who holds it: `{ release }` or `{ holder: pid }`. The lock of a process that is gone
 * counts for nothing.
 */
export function tryLock(path) {
  const mine = { pid: process.pid, started: startOf(process.pid) }
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx' })
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
