import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const NEEDED = 24
const major = (version) => Number(version.replace(/^v/, '').split('.')[0])

/** The Node installed by the lock file, or undefined if there is none or it does not run on this system. */
export function pinnedNode(root) {
  const node = join(root, 'node_modules', '.bin', 'node')
  if (!existsSync(node)) return undefined
  // It does not run with another C library (Alpine's musl).
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return answer.status === 0 && major(answer.stdout) >= NEEDED ? node : undefined
}

/**
 * The environment for the command: the pinned Node first in PATH, or else this Node if it is new enough, and a cache of compiled
 * code, which halves the time to load a program. Throws a one-line error if neither Node can be used.
 */
export function environmentFor(root) {
  const bin = join(root, 'node_modules', '.bin')
  const pinned = pinnedNode(root)
  if (!pinned && major(process.version) < NEEDED) {
    throw new Error(
      `This needs Node ${NEEDED}. There is no pinned one for ${process.platform}-${process.arch}, and this is ` +
        `${process.version}: install Node ${NEEDED} or newer and run it again.`,
    )
  }
  const first = pinned ? [bin] : [dirname(process.execPath), bin]
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || join(root, 'node_modules', '.cache', 'compiled')
  return { ...process.env, NODE_COMPILE_CACHE, PATH: [...first, process.env.PATH].join(delimiter) }
}
