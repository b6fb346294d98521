import { describe } from '@jest/globals'
import { contextOnPostgres } from '../../proofs/testing/context-database.ts'
import { schema, tables } from './outbound/postgres/database.ts'
import { behaviour } from './testing/behaviour.ts'

describe('media, on PostgreSQL', () => behaviour(() => contextOnPostgres({ name: 'media', schema, tables })))
