import {
  copyFileSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'

const MAX_BYTES = 10_000_000

/** Opens a process's log, its owner's only, for appending; a log larger than 10 MB is first renamed to `<name>.log.1`. */
export function openLog(folder: string, name: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.log`)
  if (sizeOf(path) > MAX_BYTES) renameSync(path, `${path}.1`)
  const log = openSync(path, 'a', 0o600)
  fchmodSync(log, 0o600) // It may be of an earlier version.
  return log
}

/**
 * Limits the logs of running processes. These have the file open for appending, so it is copied and truncated: a line
 * written in between may be lost.
 */
export function boundLogs(folder: string, maxBytes = MAX_BYTES): void {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file)
    if (!file.endsWith('.log') || sizeOf(path) <= maxBytes) continue
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
  }
}

/** A log's length in bytes. */
export const lengthOf = (folder: string, name: string): number => sizeOf(join(folder, `${name}.log`))

/** The last `lines` lines of a log after its first `from` bytes; '' if there is no log. */
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
