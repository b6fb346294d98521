import { describe } from '@jest/globals'
import { storeBehaviour } from './testing/behaviour.ts'
import { storeOnPostgres } from './testing/database.ts'

describe('store, on PostgreSQL', () => storeBehaviour(storeOnPostgres))
