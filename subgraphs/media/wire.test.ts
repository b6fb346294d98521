import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { behaviour } from './testing/behaviour.ts'

describe('media, in memory', () => behaviour(async () => contextInMemory<Tables>(['entries'])))
