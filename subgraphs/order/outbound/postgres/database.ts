import type { EntityManager } from '@mikro-orm/postgresql'
import { KeyUseRow } from '../../../../chassis/postgres/rows.ts'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import { DEFAULT_CALENDAR } from '../../../../schema/calendar/calendar.ts'
import type { ErasingReads, Tables, WindowReads } from '../../application/ports.ts'
import { unerasedIn } from './erasing.ts'
import { indexes, migrations } from './migrations.ts'
import { BookedStoreRow, BuyerRow, CalendarRow, MenuRow, OrderRow, StoreRow } from './rows.ts'
import { bookedIn, calendarsOf } from './windows.ts'

export const schema = {
  entities: [OrderRow, MenuRow, StoreRow, BuyerRow, CalendarRow, BookedStoreRow, KeyUseRow],
  migrations,
  indexes,
}

export const tables = (em: EntityManager): Tables & WindowReads & ErasingReads => ({
  orders: postgresTable(em, OrderRow),
  menu: postgresTable(em, MenuRow),
  stores: postgresTable(em, StoreRow),
  buyers: postgresTable(em, BuyerRow),
  keyUses: postgresTable(em, KeyUseRow),
  calendars: postgresTable(em, CalendarRow),
  bookedStores: postgresTable(em, BookedStoreRow),
  calendarOf: async (storeId) => (await calendarsOf(em, [storeId]))[0] ?? DEFAULT_CALENDAR,
  booked: (spans) => bookedIn(em, spans),
  unerased: unerasedIn(em),
})
