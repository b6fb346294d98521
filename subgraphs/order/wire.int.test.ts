import { afterAll, describe } from '@jest/globals'
import { orderBehaviour } from './testing/behaviour.ts'
import { keepingOnPostgres } from './testing/database.ts'

const keeping = await keepingOnPostgres()
afterAll(keeping.close)

describe('order, on PostgreSQL', () => orderBehaviour(keeping))
