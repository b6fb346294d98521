import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { paymentsDue, paymentsUnheard } from '../outbound/postgres/reads.ts'

/** The payment context's rows in a database of their own. */
export async function keepingOnPostgres() {
  const { ports, ...context } = await contextOnPostgres({ name: 'payment', schema, tables, poolSize: 20 })
  return {
    ...context,
    transact: ports.transact,
    dueAt: (now: Date, limit: number) => paymentsDue(context.orm, now, limit),
    unheard: (afterMs: number, limit: number) => paymentsUnheard(context.orm, afterMs, limit),
  }
}
