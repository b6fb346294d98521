import { describe } from '@jest/globals'
import { itemOnPostgres } from './testing/database.ts'
import { itemSuite } from './testing/suite.ts'

describe('the item context on PostgreSQL', () => itemSuite(itemOnPostgres))
