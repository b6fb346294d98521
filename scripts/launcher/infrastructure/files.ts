import { renameSync, writeFileSync } from 'node:fs'

/** Whoever reads sees the old file or the new one, never half of it; also after a crash. */
export function writeFileAtomically(path: string, text: string, mode = 0o644): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text, { mode, flush: true })
  renameSync(draft, path)
}
