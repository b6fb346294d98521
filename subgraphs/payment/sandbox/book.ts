import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Entry } from './bank.ts'

/** What was done with money, in order: kept in a file of JSON lines (in memory only, where none is given). */
export type Book = { entries: readonly Entry[]; write(entry: Entry): void }

/**
 * Opens the book, readable to its owner only; a last line that a killed process left half written was never answered,
 * and is dropped.
 */
export function openBook(file: string | undefined): Book {
  const entries = file && existsSync(file) ? readWhole(file) : []
  if (file) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (file && existsSync(file)) chmodSync(file, 0o600)
  return {
    entries,
    write: (entry) => {
      if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
      entries.push(entry)
    },
  }
}

function readWhole(file: string): Entry[] {
  const bytes = readFileSync(file)
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  if (whole.length < bytes.length) truncateSync(file, whole.length)
  const lines = whole.toString().split('\n').filter(Boolean)
  // Only this process writes the file, so each line has the shape it was given.
  return lines.map((line) => JSON.parse(line) as Entry)
}
