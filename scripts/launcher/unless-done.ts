import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { writeFileAtomically } from '../files.ts'

const hashOf = (...texts: string[]) => createHash('sha256').update(JSON.stringify(texts)).digest('hex')

/**
 * Does the work, unless `file` says that the same `cause` (its code and its inputs) has left exactly what is `found` now. So work that was
 * interrupted, or whose outcome somebody has changed since, is done again. `found` is null where that cannot be known.
 */
export async function unlessDone(
  { file, cause, found }: { file: string; cause: string; found: () => Promise<string | null> },
  work: () => Promise<unknown>,
): Promise<void> {
  const before = await found()
  if (before !== null && existsSync(file) && readFileSync(file, 'utf8') === hashOf(cause, before)) return
  forgetDone(file) // Interrupted, the work may have changed what `found` does not show.
  await work()
  const after = await found()
  if (after === null) return
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileAtomically(file, hashOf(cause, after))
  } catch {} // What cannot be recorded is done again at the next start.
}

/** Forgets what `file` records, before the same is done by other code. */
export function forgetDone(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {} // There is no record where none can be written.
}

/** A hash of the files' names and contents, tests left out. `patterns` are globs from `root`. */
export function hashOfFiles(root: string, patterns: string[]): string {
  const files = globSync(patterns, { cwd: root, exclude: ['**/*.test.ts'] }).sort()
  return hashOf(...files.flatMap((file) => [file, readFileSync(resolve(root, file), 'utf8')]))
}
