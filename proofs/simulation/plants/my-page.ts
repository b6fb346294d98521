import type { Fact } from '../../../schema/events/facts.ts'
import { followOrder } from '../../../subgraphs/my-page/application/follow.ts'
import type { Tx } from '../../../subgraphs/my-page/application/ports.ts'
import type { EntryFactName, MyPageEntry } from '../../../subgraphs/my-page/domain/entry.ts'
import { hears as myPageHears } from '../../../subgraphs/my-page/inbound/nats/hears.ts'
import type { Plant } from '../plant.ts'
import { lastOneWins } from './stand-ins.ts'

/** Rules of my-page. */
export const myPage = {
  /** my-page shows what the last fact it heard makes of an order. */
  'facts-lower-status-in-my-page': {
    myPageHears: {
      ...myPageHears,
      OrderConfirmed: (tx, fact) => show(tx, fact, 'PAID'),
      Received: (tx, fact) => show(tx, fact, 'RECEIVED'),
      Decorated: (tx, fact) => show(tx, fact, 'DECORATED'),
      CancellationRequested: (tx, fact) => show(tx, fact, 'CANCELLING'),
    },
  },

  /** Two facts that come to my-page at once: one of them is lost. */
  'unlocked-my-page': { myPage: (ports) => ({ ...ports, transact: lastOneWins(ports.transact, 'entries') }) },
} satisfies { [name: string]: Plant }

const show = (tx: Tx, fact: Fact<EntryFactName>, orderStatus: MyPageEntry['orderStatus']) =>
  followOrder({ ...tx, entries: { ...tx.entries, save: (entry) => tx.entries.save({ ...entry, orderStatus }) } }, fact)
