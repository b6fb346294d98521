import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageById } from '../../../../chassis/graphql/connection.ts'
import { byIds } from '../../../../chassis/postgres/reads.ts'
import type { StoreName } from '../../application/ports.ts'
import type { MyPageEntry, Stub } from '../../domain/entry.ts'
import { closedStatuses } from '../../domain/statuses.ts'
import { EntryRow, StoreNameRow } from './rows.ts'

export type Filter = 'ALL' | 'OPEN' | 'CLOSED'

/** Reads for one request: one query per kind, however many are asked for. */
export type Reads = {
  /** By the order's id; stubs too. */
  entries: DataLoader<string, MyPageEntry | Stub | null>
  storeNames: DataLoader<string, StoreName | null>
  /** A customer's entries, newest first. */
  page(customerId: string, filter: Filter, page: PageArguments): Promise<Connection<MyPageEntry>>
}

const only = {
  ALL: {},
  OPEN: { orderStatus: { $nin: closedStatuses } },
  CLOSED: { orderStatus: { $in: closedStatuses } },
}

export function readsOf(orm: MikroORM): Reads {
  const em = orm.em.fork()
  return {
    entries: new DataLoader((ids) => byIds<MyPageEntry | Stub>(em, EntryRow, ids)),
    storeNames: new DataLoader((ids) => byIds<StoreName>(em, StoreNameRow, ids)),
    page: (customerId, filter, page) => {
      // Stubs are nobody's. An order's id tells when it was placed, so by id is by time.
      const where = { customerId, ...only[filter] }
      return pageById<MyPageEntry>(em, EntryRow, { where, page, order: 'desc' })
    },
  }
}
