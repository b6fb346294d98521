import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const NOBODY = 65534

/** How to run a program that refuses to run as root: after the command `prefix`, or as `user`; `owner` must own its files. */
export type PlainUser = { prefix: string[]; user?: number; owner?: number }

const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/**
 * An ordinary user needs nothing. Root uses a user namespace, in which the program sees itself as an ordinary user and the
 * files stay root's; if namespaces are not allowed, the user nobody.
 */
export function plainUser(): PlainUser {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const namespace = ['-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  if (works('unshare', ...namespace, 'true')) return { prefix: ['unshare', ...namespace], owner: 0 }
  return { prefix: [], user: NOBODY, owner: NOBODY }
}

/**
 * A command prefix by which the system stops the program when we end, even by SIGKILL. Linux only; on other systems the
 * next start stops what is left running.
 */
export function endWithParent(signal: 'INT' | 'TERM'): string[] {
  return works('setpriv', '--pdeathsig', signal, 'true') ? ['setpriv', '--pdeathsig', signal] : []
}

/** Makes `owner` the owner of a folder and its contents; it may be another's if an earlier start ran in the other way. */
export function giveTo(owner: number | undefined, path: string): void {
  const entry = lstatSync(path)
  if (owner === undefined || entry.uid === owner) return
  if (entry.isDirectory()) for (const name of readdirSync(path)) giveTo(owner, join(path, name))
  // The folder itself last, so that an interrupted run is repeated.
  chownSync(path, owner, owner)
}
