import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { settings } from './rig.ts'

/** What the item context is made from on PostgreSQL, on a database of its own. */
export async function itemOnPostgres() {
  const context = await contextOnPostgres({ name: 'item', schema, tables })
  return { ...context, ports: { ...context.ports, settings } }
}
