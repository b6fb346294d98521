import { afterAll, describe } from '@jest/globals'
import { deliveryBehaviour } from './testing/behaviour.ts'
import { deliveryOnPostgres } from './testing/database.ts'

describe('delivery, on PostgreSQL', () => {
  let close = async () => {}
  afterAll(() => close())

  deliveryBehaviour(async () => {
    const made = await deliveryOnPostgres()
    close = made.close
    return made
  })
})
