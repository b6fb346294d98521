import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { wire } from '../wire.ts'

/** The delivery context on a database of its own. */
export async function deliveryOnPostgres() {
  const context = await contextOnPostgres({ name: 'delivery', schema, tables })
  return { ...context, delivery: wire({ ...context.ports, settings: { departEarliestMs: 3 * 60 * 60_000 } }) }
}
