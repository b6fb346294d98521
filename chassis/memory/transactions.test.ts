import { describe } from '@jest/globals'
import { type Noted, type Thing, transactionsSuite } from '../testing/transactions-suite.ts'
import { emptyStore, memoryTransactions } from './transactions.ts'

describe('in memory', () => {
  transactionsSuite(async () => {
    const said: { text: string; cause: string }[] = []
    const transact = memoryTransactions<{ things: Thing }, Noted>(emptyStore(), ['things'], (facts, cause) =>
      said.push(...facts.map(({ data }) => ({ text: data.text, cause }))),
    )
    return { transact, said: async () => said }
  })
})
