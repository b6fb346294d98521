import type { Audit } from '../audit/audit.ts'
import type { AuditEvent } from '../audit/event.ts'

/** An audit trail in memory. Nothing in it is summed up. */
export function recordedAudit(): Audit & { events: AuditEvent[] } {
  const events: AuditEvent[] = []
  const record = (event: AuditEvent) => void events.push(event)
  return { events, record, recordRepeatable: record, close: () => {}, state: () => ({ isFailing: false, lost: 0 }) }
}
