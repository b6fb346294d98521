import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const NOBODY = 65534

/** How to run a program that refuses to be root: put `prefix` before it, or run it as `user`; `owner` owns its files. */
export type PlainUser = { prefix: string[]; user?: number; owner?: number }

const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/**
 * As an ordinary user: nothing to do. As root: in a user namespace, where we look like an ordinary user to ourselves
 * and the files stay ours; where namespaces are blocked, as nobody.
 */
export function plainUser(): PlainUser {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const namespace = ['-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  if (works('unshare', ...namespace, 'true')) return { prefix: ['unshare', ...namespace], owner: 0 }
  return { prefix: [], user: NOBODY, owner: NOBODY }
}

/**
 * Arguments to put before a program so that the system ends it when we end, even by SIGKILL. Linux only; elsewhere the
 * next start stops what was left.
 */
export function endsWithUs(signal: 'INT' | 'TERM'): string[] {
  return works('setpriv', '--pdeathsig', signal, 'true') ? ['setpriv', '--pdeathsig', signal] : []
}

/** Gives a folder and all in it to `owner`, where it is another's (made by root in the other way of running). */
export function giveTo(owner: number | undefined, path: string): void {
  const entry = lstatSync(path)
  if (owner === undefined || entry.uid === owner) return
  if (entry.isDirectory()) for (const name of readdirSync(path)) giveTo(owner, join(path, name))
  // The folder last: begun and not ended, it is begun again.
  chownSync(path, owner, owner)
}
