import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../log.ts'

/** Files in which one process's lines stand: the one that is written, and the earlier ones. */
const FILES = 16
/** Characters that wait while nothing can be written; what comes then is lost, and counted. */
const MOST_WAITING = 4_000_000
const RETRY_MS = 1_000
/** How often is looked whether the file is still there, which somebody may delete or move. */
const CHECK_MS = 1_000

/** Where lines go, each of which ends with a line feed. */
export type Lines = {
  append(line: string): void
  /** Writes what still waits. */
  close(): void
  /** Whether lines wait because they cannot be written, and how many were lost so far. */
  state(): { isFailing: boolean; lost: number }
}

/**
 * A file of lines that is only ever appended to, `FOLDER/NAME.jsonl` (mode 0600). Lines of one turn of the event loop are
 * written together, synchronously: a process that is killed loses those of its last turn at most. At a sixteenth of `maxBytes`
 * the file is renamed to `NAME.TIME.jsonl`, and of more than 16 files the oldest is deleted, which is logged and given to
 * `onRemoved`.
 *
 * A write that fails (the disk is full) is tried again each second and never throws. Lines wait meanwhile, 4 MB of them;
 * further ones are lost, and their number is given to `onLost` when writing works again.
 */
export function appendFile(options: {
  folder: string
  name: string
  maxBytes: number
  log: Logger
  onRemoved: (file: string) => void
  onLost: (count: number) => void
  /** As `writeSync`; tests have disks of their own. */
  write?: (fd: number, bytes: Buffer) => number
}): Lines {
  const { folder, name, log, write = writeSync } = options
  const maxFileBytes = options.maxBytes / FILES
  const path = join(folder, `${name}.jsonl`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let file = openForAppend(path)
  let waiting: string[] = []
  let waitingLength = 0
  let checkedAt = performance.now()
  /** What is being written, from the first byte that is missing in the file. */
  let unwritten: Buffer = Buffer.alloc(0)
  let lost = 0
  let lostInAll = 0
  let retry: NodeJS.Timeout | null = null
  let isScheduled = false
  let isClosed = false

  /** The file under the name may be another one by now, or none. */
  const reopen = () => {
    const old = file
    file = openForAppend(path)
    checkedAt = performance.now()
    closeSync(old.fd)
  }
  const rotate = () => {
    const renamed = join(folder, `${name}.${timeInName()}.jsonl`)
    if (existsSync(renamed)) return // The clock was set back: the file becomes longer, and nothing is overwritten.
    renameSync(path, renamed)
    reopen()
    for (const old of earlierFiles(folder, name).slice(0, -(FILES - 1))) {
      unlinkSync(join(folder, old))
      log.warn({ file: old }, 'the oldest file of the audit trail was deleted to keep it within AUDIT_MAX_BYTES')
      options.onRemoved(old)
    }
  }
  const writeUnwritten = () => {
    while (unwritten.length > 0) {
      const written = write(file.fd, unwritten)
      file.size += written
      unwritten = unwritten.subarray(written)
    }
  }
  const writeWaiting = () => {
    if (performance.now() - checkedAt > CHECK_MS) {
      checkedAt = performance.now()
      if (statSync(path, { throwIfNoEntry: false })?.ino !== file.ino) reopen()
    }
    writeUnwritten()
    // Rotating may append a line.
    while (waiting.length > 0) {
      unwritten = Buffer.from(waiting.join(''))
      waiting = []
      waitingLength = 0
      if (file.size > 0 && file.size + unwritten.length > maxFileBytes) rotate()
      writeUnwritten()
    }
  }
  const flush = () => {
    isScheduled = false
    if (retry) return
    try {
      writeWaiting()
    } catch (error) {
      log.error({ err: error, file: path }, 'the audit trail cannot be written; it is tried again each second')
      retry = setInterval(tryAgain, RETRY_MS).unref()
    }
  }
  const tryAgain = () => {
    try {
      writeWaiting()
    } catch {
      return
    }
    if (retry) clearInterval(retry)
    retry = null
    log.warn({ file: path, lost }, 'the audit trail is written again')
    const count = lost
    lost = 0
    if (count > 0) options.onLost(count)
  }
  /** What is recorded while the process ends. */
  const appendAfterwards = (line: string) => {
    try {
      appendFileSync(path, line, { mode: 0o600 })
    } catch (error) {
      log.error({ err: error, file: path }, 'the last lines of the audit trail cannot be written')
    }
  }
  const writeLast = () => {
    if (retry) tryAgain()
    flush()
  }
  process.on('exit', writeLast)

  return {
    append(line) {
      if (isClosed) return appendAfterwards(line)
      if (waitingLength + line.length > MOST_WAITING) {
        lost += 1
        lostInAll += 1
        return
      }
      waiting.push(line)
      waitingLength += line.length
      if (isScheduled) return
      isScheduled = true
      setImmediate(() => {
        if (!isClosed) flush()
      })
    },
    close() {
      process.off('exit', writeLast)
      writeLast()
      if (retry) clearInterval(retry)
      closeSync(file.fd)
      isClosed = true
    },
    state: () => ({ isFailing: retry !== null, lost: lostInAll }),
  }
}

/** Opens for appending. A line that a killed process left unfinished is ended, so that it spoils no other. */
function openForAppend(path: string): { fd: number; ino: number; size: number } {
  const fd = openSync(path, 'a+', 0o600)
  const { ino, size } = fstatSync(fd)
  const last = Buffer.alloc(1)
  if (size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last.toString() === '\n')) return { fd, ino, size }
  writeSync(fd, '\n')
  return { fd, ino, size: size + 1 }
}

/** The time, to the microsecond: `2026-01-31T23-59-59.123456Z`. */
function timeInName(): string {
  const ms = performance.timeOrigin + performance.now()
  const micros = String(Math.floor((ms % 1) * 1_000)).padStart(3, '0')
  return new Date(ms).toISOString().replaceAll(':', '-').replace('Z', `${micros}Z`)
}

/** The files that were renamed, oldest first: their names end with the time. */
const earlierFiles = (folder: string, name: string) =>
  readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.`) && file.endsWith('.jsonl') && file !== `${name}.jsonl`)
    .sort()
