import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { customersToErase } from '../outbound/postgres/erasing.ts'
import { unpaidSince } from '../outbound/postgres/reads.ts'

/** The order context's rows in a database of their own. */
export async function keepingOnPostgres() {
  const { ports, ...context } = await contextOnPostgres({ name: 'order', schema, tables })
  return {
    ...context,
    transact: ports.transact,
    unpaidSince: (before: Date, limit: number) => unpaidSince(context.orm, before, limit),
    customersToErase: (after: string | null, limit: number) => customersToErase(context.orm, after, limit),
  }
}
