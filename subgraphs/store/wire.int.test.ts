import { afterAll, describe } from '@jest/globals'
import { storeBehaviour } from './testing/behaviour.ts'
import { storeOnPostgres } from './testing/database.ts'

describe('store, on PostgreSQL', () => {
  let close = async () => {}
  afterAll(() => close())

  storeBehaviour(async () => {
    const made = await storeOnPostgres()
    close = made.close
    return made
  })
})
