import type { Schema } from '../../../../chassis/postgres/database.ts'
import { Account } from './migrations/0001-account.ts'
import { MachineClientRow, ProviderStateRow, SignInRow, SigningKeyRow, UserRow } from './rows.ts'

/** The account context's tables. */
export const schema: Schema = {
  entities: [UserRow, SignInRow, MachineClientRow, SigningKeyRow, ProviderStateRow],
  migrations: { '0001-account': Account },
}
