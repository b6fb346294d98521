import {
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'

const MOST_BYTES = 10_000_000

/** Opens a process' log for appending; the one of before, if it is large, becomes `<name>.log.1`. */
export function openLog(folder: string, name: string): number {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.log`)
  if (sizeOf(path) > MOST_BYTES) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o640)
}

/**
 * Keeps the logs of running processes bounded. They hold their file open for appending, so it is copied and emptied
 * under them: a line written in that moment may be lost.
 */
export function boundLogs(folder: string, most = MOST_BYTES): void {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file)
    if (!file.endsWith('.log') || sizeOf(path) <= most) continue
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
  }
}

/** How long a log is, in bytes: what a process writes now comes behind that. */
export const lengthOf = (folder: string, name: string): number => sizeOf(join(folder, `${name}.log`))

/** The last lines of a log behind its first bytes, to say why a process ended. */
export function lastLines(folder: string, name: string, lines: number, from = 0): string {
  try {
    return readFileSync(join(folder, `${name}.log`))
      .subarray(from)
      .toString()
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .join('\n')
  } catch {
    return ''
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0
