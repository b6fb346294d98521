import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { unacceptedAt } from '../outbound/postgres/reads.ts'
import { subjectOn } from './subject.ts'

/** The store context on a database of its own. */
export async function storeOnPostgres() {
  const context = await contextOnPostgres({ name: 'store', schema, tables })
  return subjectOn(context, (at, limit) => unacceptedAt(context.orm, at, limit))
}
