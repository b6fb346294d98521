import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const SAMPLES = 'schema/events/samples'

/**
 * What no longer is as it was first committed, a line each; new samples are fine, and so is what was mended since. A
 * fact stays in the stream for ever as its sample says: where a contract changes, it must show as a sample that no
 * longer fits. In a shallow clone "first" is as far back as that goes. Throws where git can't tell.
 */
export function changedSamples(root: string): string[] {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  // A sample may also have come by a merge (-m), or by renaming another (--no-renames).
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
    return `${path} ${what}: a committed sample stays as it is. To mend it: git cat-file blob ${blob} > ${path}`
  })
}

if (import.meta.main) {
  try {
    const changed = changedSamples(join(import.meta.dirname, '../..'))
    for (const line of changed) console.error(line)
    process.exitCode = changed.length ? 1 : 0
  } catch (error) {
    console.error(`Whether the golden samples are as they were can't be told without git: ${error}`)
    process.exitCode = 1
  }
}
