import { afterAll, describe } from '@jest/globals'
import { paymentBehaviour } from './testing/behaviour.ts'
import { keepingOnPostgres } from './testing/database.ts'

describe('payment, on PostgreSQL', () => {
  let close = async () => {}
  afterAll(() => close())

  paymentBehaviour(async () => {
    const made = await keepingOnPostgres()
    close = made.close
    return made
  })
})
