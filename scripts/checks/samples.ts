import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const SAMPLES = 'schema/events/samples'

/**
 * A line for each golden sample that differs from its first committed version; new samples are allowed, and so are restored
 * ones. Facts stay in the stream for ever in the form of their sample, so a changed contract must show as a sample that no
 * longer fits. In a shallow clone, "first" is the oldest commit there. Throws if git fails.
 */
export function changedSamples(root: string): string[] {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  // Includes samples that were added by a merge (-m) or by a rename (--no-renames).
  const added = ['--diff-filter=A', '--raw', '--no-abbrev', '-z', '--no-renames', '-m', '--topo-order', '--reverse']
  const log = git('log', ...added, '--format=', '--', SAMPLES)
  const first = new Map<string, string>()
  for (const [, blob = '', path = ''] of log.matchAll(/:000000 \d+ 0+ ([0-9a-f]+) A\0([^\0]+)/g)) {
    if (!first.has(path)) first.set(path, blob)
  }
  return [...first].flatMap(([path, blob]) => {
    const there = existsSync(join(root, path))
    if (there && git('hash-object', '--', path).trim() === blob) return []
    const what = there ? 'was changed' : 'is gone'
    return `${path} ${what}: a committed sample must not change. To restore it: git cat-file blob ${blob} > ${path}`
  })
}

if (import.meta.main) {
  try {
    const changed = changedSamples(join(import.meta.dirname, '../..'))
    for (const line of changed) console.error(line)
    process.exitCode = changed.length ? 1 : 0
  } catch (error) {
    console.error(`The golden samples can't be checked without git: ${error}`)
    process.exitCode = 1
  }
}
