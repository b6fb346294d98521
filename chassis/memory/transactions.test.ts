import { describe } from '@jest/globals'
import { type Noted, type Thing, transactionsSuite } from '../testing/transactions-suite.ts'
import { liveOutboxMessage, type Shown } from '../transaction.ts'
import { emptyStore, memoryTransactions } from './transactions.ts'

describe('in memory', () => {
  transactionsSuite(async () => {
    const said: { text: string; cause: string }[] = []
    const all: Shown[] = []
    const transact = memoryTransactions<{ things: Thing }, Noted>(emptyStore(), ['things'], (facts, cause, shown) => {
      said.push(...facts.map(({ data }) => ({ text: data.text, cause })))
      all.push(...shown)
    })
    return { transact, said: async () => said, shown: async () => all.map(liveOutboxMessage) }
  })
})
