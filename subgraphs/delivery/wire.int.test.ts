import { describe } from '@jest/globals'
import { deliveryBehaviour } from './testing/behaviour.ts'
import { deliveryOnPostgres } from './testing/database.ts'

describe('delivery, on PostgreSQL', () => deliveryBehaviour(deliveryOnPostgres))
