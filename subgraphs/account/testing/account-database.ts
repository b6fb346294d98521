import { contextDatabase } from '../../../proofs/testing/context-database.ts'
import { schema } from '../outbound/postgres/database.ts'

/** A migrated database of the account context, for one test file. */
export const accountDatabase = () => contextDatabase({ name: 'account', schema })
