import { contextOnPostgres } from '../../../proofs/testing/context-database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'

/** What the item context is made from on PostgreSQL, on a database of its own. */
export const itemOnPostgres = () => contextOnPostgres({ name: 'item', schema, tables })
