import { openDatabase } from '../../../chassis/postgres/database.ts'
import { testDatabase } from '../../../scripts/testing/database.ts'
import { schema } from '../outbound/postgres/database.ts'

/** A migrated database of the account context, for one test file. */
export const accountDatabase = () =>
  testDatabase('account', async (url) => {
    await (await openDatabase(url, schema)).close()
  })
