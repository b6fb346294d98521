import { contracts, keyOf, type Said, subjectOf } from './facts.ts'

/**
 * Puts a fact into its envelope, ready for the outbox. Throws where it breaks its contract: then the transaction that
 * says it fails, and no hearer ever sees it.
 */
export function stampWith(clock: { now: () => Date; newId: () => string }) {
  return (fact: Said, cause: string): { id: string; subject: string; key: string; message: object } => {
    const id = clock.newId()
    const key = keyOf(fact)
    const message = {
      id,
      type: fact.type,
      version: 1,
      occurredAt: clock.now().toISOString(),
      correlationId: key,
      causationId: cause,
      data: contracts[fact.type].parse(fact.data),
    }
    return { id, key, subject: subjectOf(fact.type, key), message }
  }
}
