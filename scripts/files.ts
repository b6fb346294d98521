import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Whether the file's content differs; writes it then, unless this is only a check. */
export function writeIfChanged(file: URL, content: string, { check = false } = {}): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return false
  if (!check) writeFileSync(file, content)
  return true
}
