import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { deliveriesDueAt } from '../outbound/postgres/reads.ts'
import { deliveryOn } from './behaviour.ts'

/** The delivery context on a database of its own. */
export async function deliveryOnPostgres() {
  const context = await contextOnPostgres({ name: 'delivery', schema, tables })
  return {
    ...context,
    ...deliveryOn({ ...context.ports, dueAt: (now, limit) => deliveriesDueAt(context.orm, now, limit) }),
  }
}
