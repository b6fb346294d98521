import { userInfo } from 'node:os'
import { type AuditSettings, openAudit } from '../../../chassis/audit/audit.ts'
import type { AuditEvent } from '../../../chassis/audit/event.ts'
import { createLogger } from '../../../chassis/log.ts'

const STDERR = 2

/**
 * Records what an operator has done by a command, under the name of their account on this machine: in AUDIT_DIR, or without it on
 * stderr, since stdout is the command's result.
 */
export function recordByOperator(settings: AuditSettings, event: Omit<AuditEvent, 'who'>): void {
  const audit = openAudit('account-commands', settings, createLogger('account-commands'), STDERR)
  audit.record({ who: `operator ${account()}`, ...event })
  audit.close()
}

/** A container may run under a number that has no name. */
function account(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.())
  }
}
