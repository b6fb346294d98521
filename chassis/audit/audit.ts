import { pino } from 'pino'
import type { Logger } from '../log.ts'
import { appendFile, type Lines } from './append-file.ts'
import type { AuditEvent } from './event.ts'
import { createRepeats } from './repeats.ts'

/** The audit trail of a process. Recording never throws and never waits. */
export type Audit = {
  record(event: AuditEvent): void
  /**
   * Records what its cause can repeat as often as it likes, such as a refusal: of one `who`, what comes more often within a
   * minute is summed up in one event with a `count`.
   */
  recordRepeatable(event: AuditEvent): void
  /** Writes what still waits. */
  close(): void
  /** Whether lines wait because they cannot be written, and how many were lost so far. */
  state(): { isFailing: boolean; lost: number }
}

const WRITTEN = { isFailing: false, lost: 0 }

/** Records nothing; for tests. */
export const NO_AUDIT: Audit = {
  record: () => {},
  recordRepeatable: () => {},
  close: () => {},
  state: () => WRITTEN,
}

/** The settings of the trail (`auditConfig` in chassis/config.ts). */
export type AuditSettings = { AUDIT_DIR?: string | undefined; AUDIT_MAX_BYTES: number; REPLICA?: number }

/**
 * Opens the trail of a process: `AUDIT_DIR/SERVICE-REPLICA.jsonl`, or without AUDIT_DIR lines with `"audit":true` on the
 * file descriptor `output`. Throws if the file cannot be opened: without a trail, a process does not start.
 */
export function openAudit(service: string, settings: AuditSettings, log: Logger, output: 1 | 2 = 1): Audit {
  const replica = settings.REPLICA ?? Number(process.env.REPLICA ?? 1)
  const isFile = settings.AUDIT_DIR !== undefined
  // The fields that are equal in all events are turned into JSON once.
  const start = JSON.stringify({ ...(!isFile && { audit: true }), service, replica }).slice(0, -1)
  const record = (event: AuditEvent): void =>
    lines.append(`${start},"time":"${new Date().toISOString()}",${JSON.stringify(event).slice(1)}\n`)
  const about = { event: 'trail', who: service } as const
  const lines: Lines = isFile
    ? openFile({
        folder: settings.AUDIT_DIR ?? '',
        name: `${service}-${replica}`,
        maxBytes: settings.AUDIT_MAX_BYTES,
        log,
        onRemoved: (file) => record({ ...about, outcome: 'removed', on: [file] }),
        onLost: (count) => record({ ...about, outcome: 'lost', count }),
      })
    : linesTo(output)
  const repeats = createRepeats(record)
  return {
    record,
    recordRepeatable: repeats.record,
    state: lines.state,
    close() {
      repeats.close()
      lines.close()
    },
  }
}

function openFile(options: Parameters<typeof appendFile>[0]): Lines {
  try {
    return appendFile(options)
  } catch (error) {
    throw new Error(`The audit trail cannot be opened in AUDIT_DIR (${options.folder}).`, { cause: error })
  }
}

/** pino's destination waits where a pipe is full, so no line is cut. */
function linesTo(output: 1 | 2): Lines {
  const destination = pino.destination({ dest: output, sync: true })
  return {
    append: (line) => void destination.write(line),
    close: () => destination.flushSync(),
    state: () => WRITTEN,
  }
}
