import type { Fact } from '../../../schema/events/facts.ts'
import { followOrder } from '../../../subgraphs/my-page/application/follow.ts'
import type { Tx } from '../../../subgraphs/my-page/application/ports.ts'
import type { EntryFactName, MyPageEntry } from '../../../subgraphs/my-page/domain/entry.ts'
import { hears as myPageHears } from '../../../subgraphs/my-page/inbound/nats/hears.ts'
import type { Plant } from '../plant.ts'
import { lastWriteWins } from './table-changes.ts'

/** Mistakes in my-page. */
export const myPage = {
  /** The fact received last sets the order's status, even if it ranks lower. */
  'facts-lower-status-in-my-page': {
    myPageHears: {
      ...myPageHears,
      OrderConfirmed: (tx, fact) => setStatus(tx, fact, 'PAID'),
      Received: (tx, fact) => setStatus(tx, fact, 'RECEIVED'),
      Decorated: (tx, fact) => setStatus(tx, fact, 'DECORATED'),
      CancellationRequested: (tx, fact) => setStatus(tx, fact, 'CANCELLING'),
    },
  },

  /** One of two concurrent facts is lost. */
  'unlocked-my-page': { myPage: (ports) => ({ ...ports, transact: lastWriteWins(ports.transact, 'entries') }) },
} satisfies { [name: string]: Plant }

const setStatus = (tx: Tx, fact: Fact<EntryFactName>, orderStatus: MyPageEntry['orderStatus']) =>
  followOrder({ ...tx, entries: { ...tx.entries, save: (entry) => tx.entries.save({ ...entry, orderStatus }) } }, fact)
