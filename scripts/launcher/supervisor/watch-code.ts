import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'

/** Editors write a file in several steps, and a branch that is checked out changes many: they count as one change. */
const SETTLED_AFTER_MS = 200

const FOLDERS = ['chassis', 'router', 'schema', 'subgraphs']

/**
 * What a change of code is about: names of processes (`all` for those of every context), and whether the schema follows, or the
 * databases.
 */
export type Change = { names: Set<string>; composes: boolean; migrates: boolean }

/** Which processes run the code of these files (paths from the root); tests and generated types are nobody's. */
export function changeOf(files: Iterable<string>, contexts: readonly string[]): Change {
  const names = new Set<string>()
  let composes = false
  let migrates = false
  for (const file of files) {
    if (/\.test\.ts$|\.generated\.ts$|\/testing\//.test(file) || !/\.(ts|graphql)$/.test(file)) continue
    const [top, name = ''] = file.split('/')
    if (top === 'router') names.add('router')
    if (top === 'subgraphs' && contexts.includes(name)) {
      names.add(file.startsWith('subgraphs/payment/sandbox/') ? 'provider' : name)
    }
    if (top === 'chassis') for (const each of [...contexts, 'router', 'provider', 'streams']) names.add(each)
    if (top === 'schema' && file.endsWith('.ts')) for (const each of contexts) names.add(each)
    if (file.endsWith('.graphql') && top !== 'schema') composes = true
    if (file.includes('/postgres/')) migrates = true
  }
  return { names, composes, migrates }
}

/** Calls `changed` with what has changed below `root`, a moment after the last of it. The router reads its schema again by itself. */
export function watchCode(
  root: string,
  contexts: readonly string[],
  changed: (change: Change) => void,
): { close(): void } {
  const files = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const settled = () => {
    const change = changeOf(files, contexts)
    files.clear()
    if (change.names.size > 0 || change.composes) changed(change)
  }
  const watchers = FOLDERS.map(
    (folder): FSWatcher =>
      watch(join(root, folder), { recursive: true }, (_, name) => {
        if (name === null) return
        files.add(`${folder}/${name}`)
        clearTimeout(timer)
        timer = setTimeout(settled, SETTLED_AFTER_MS)
      }),
  )
  return {
    close: () => {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}
