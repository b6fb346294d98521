import { describe } from '@jest/globals'
import { type Noted, type Thing, transactionsSuite } from '../testing/transactions-suite.ts'
import { liveOutboxMessage, type Shown } from '../transaction.ts'
import { emptyStore, memoryTransactions } from './transactions.ts'

describe('in memory', () => {
  transactionsSuite(async () => {
    const facts: { text: string; cause: string }[] = []
    const states: Shown[] = []
    const transact = memoryTransactions<{ things: Thing }, Noted>(
      emptyStore(),
      ['things'],
      (newFacts, cause, newStates) => {
        facts.push(...newFacts.map(({ data }) => ({ text: data.text, cause })))
        states.push(...newStates)
      },
    )
    return { transact, publishedFacts: async () => facts, publishedStates: async () => states.map(liveOutboxMessage) }
  })
})
