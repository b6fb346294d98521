import { afterAll, beforeAll, describe } from '@jest/globals'
import { chargingBehaviour } from './testing/charging.ts'
import { closingBehaviour } from './testing/closing.ts'
import { keepingOnPostgres } from './testing/database.ts'

describe('payment, on PostgreSQL', () => {
  let keeping: Awaited<ReturnType<typeof keepingOnPostgres>>
  beforeAll(async () => {
    keeping = await keepingOnPostgres()
  })
  afterAll(() => keeping.close())

  chargingBehaviour(async () => keeping)
  closingBehaviour(async () => keeping)
})
