import { afterAll, describe } from '@jest/globals'
import { chargingBehaviour } from './testing/charging.ts'
import { closingBehaviour } from './testing/closing.ts'
import { keepingOnPostgres } from './testing/database.ts'
import { knownRefundsBehaviour } from './testing/known-refunds.ts'
import { limitsBehaviour } from './testing/limits.ts'
import { orderingBehaviour } from './testing/ordering.ts'
import { refundingBehaviour } from './testing/refunding.ts'

const keeping = await keepingOnPostgres()
afterAll(keeping.close)

describe('payment, on PostgreSQL', () => {
  chargingBehaviour(async () => keeping)
  closingBehaviour(async () => keeping)
  limitsBehaviour(async () => keeping)
  orderingBehaviour(async () => keeping)
  refundingBehaviour(async () => keeping)
  knownRefundsBehaviour(async () => keeping)
})
