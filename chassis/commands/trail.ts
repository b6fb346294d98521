import { userInfo } from 'node:os'
import { type Audit, type AuditSettings, openAudit } from '../audit/audit.ts'
import type { AuditEvent } from '../audit/event.ts'
import { createLogger } from '../log.ts'

const STDERR = 2

/** The audit trail of a context's commands. */
export type OperatorTrail = Pick<Audit, 'close'> & { record(event: Omit<AuditEvent, 'who'>): void }

/**
 * Opens the trail in which is recorded what an operator has done by a command, under the name of their account on this machine: in
 * AUDIT_DIR, or without it on stderr, since stdout is the command's result. Throws if it cannot be opened.
 */
export function openOperatorTrail(context: string, settings: AuditSettings): OperatorTrail {
  const name = `${context}-commands`
  const audit = openAudit(name, settings, createLogger(name), STDERR)
  return { close: audit.close, record: (event) => audit.record({ who: `operator ${account()}`, ...event }) }
}

/** A container may run under a number that has no name. */
function account(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.())
  }
}
