import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** Writes the file if its content differs, unless `check`; returns whether it differs. */
export function writeIfChanged(file: URL, content: string, { check = false } = {}): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return false
  if (!check) writeFileSync(file, content)
  return true
}

/** Replaces a file, by default its owner's only: readers get the old or the new content, never a part, even after a crash. */
export function writeFileAtomically(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text, { mode, flush: true })
  renameSync(draft, path)
}
