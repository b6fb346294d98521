import { renameSync, writeFileSync } from 'node:fs'

/** Replaces a file: readers get the old or the new content, never a part, even after a crash. */
export function writeFileAtomically(path: string, text: string, mode = 0o644): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text, { mode, flush: true })
  renameSync(draft, path)
}
