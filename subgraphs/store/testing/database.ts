import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { unacceptedAt } from '../outbound/postgres/reads.ts'
import { wire } from '../wire.ts'
import { SETTINGS } from './behaviour.ts'

/** The store context on a database of its own. */
export async function storeOnPostgres() {
  const context = await contextOnPostgres({ name: 'store', schema, tables })
  return {
    ...context,
    store: wire({
      ...context.ports,
      unacceptedAt: (at, limit) => unacceptedAt(context.orm, at, limit),
      settings: SETTINGS,
    }),
  }
}
