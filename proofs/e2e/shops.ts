import { randomUUID } from 'node:crypto'
import { until } from '../../chassis/testing/until.ts'
import type { MenuItem, People } from './people.ts'

const REGISTER_STORE = `mutation ($input: RegisterStoreInput!) { registerStore(input: $input) {
  __typename ... on StorePayload { store { id } } ... on Failure { message } } }`
const REGISTER_ITEM = `mutation ($input: RegisterItemInput!) { registerItem(input: $input) {
  __typename ... on ItemPayload { item { id } } ... on Failure { message } } }`
const SET_CALENDAR = `mutation ($input: SetDeliveryCalendarInput!) { setDeliveryCalendar(input: $input) {
  __typename ... on InvalidInput { problems { path message } } ... on Failure { message } } }`
const DAYS = `query ($id: ID!, $postalCode: String) { store(id: $id) { deliveryDays(postalCode: $postalCode, days: 5) {
  date windows { windowId startsAt endsAt orderBy open fee { amount } } } } }`

const EVERY_DAY = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']

/** The fields of a delivery window that tests read. */
export type Window = {
  windowId: string
  startsAt: string
  endsAt: string
  orderBy: string
  open: boolean
  fee: { amount: number } | null
}
export type Day = { date: string; windows: Window[] }

/** A new store of bundang's with one item at 20,000 won, of which there is enough. */
export async function openShop(app: People, name: string): Promise<MenuItem> {
  const registered = await app.mutate('bundang', REGISTER_STORE, { input: { idempotencyKey: randomUUID(), name } })
  const { id: storeId } = registered.store as { id: string } // The mutation selects it.
  const item = {
    idempotencyKey: randomUUID(),
    storeId,
    name: `안개꽃한다발 (${name})`,
    price: { amount: 20_000 },
    stock: 500_000,
  }
  // Item hears of the store a moment later.
  await until(async () => {
    const { __typename } = await app.mutate('bundang', REGISTER_ITEM, { input: item })
    return __typename === 'ItemPayload'
  }, 'the store sells its item')
  return until(async () => (await app.menu()).find(({ name }) => name === item.name), 'the item is on the menu')
}

export type WindowTimes = { start: string; end: string; capacity?: number; noticeMinutes?: number }

/** Gives a store of bundang's these windows a day, on the clock of Seoul. */
export async function setCalendar(app: People, storeId: string, windows: WindowTimes[], change: object = {}) {
  const weekly = windows.map((window) => ({ weekdays: EVERY_DAY, ...window }))
  const input = { storeId, timeZone: 'Asia/Seoul', windows: weekly, ...change }
  const answer = await app.mutate('bundang', SET_CALENDAR, { input })
  if (answer.__typename !== 'CalendarPayload') throw new Error(JSON.stringify(answer))
}

/** The next five days of a store, as anyone sees them. */
export async function daysOf(app: People, storeId: string, postalCode?: string): Promise<Day[]> {
  type Answer = { store: { deliveryDays: Day[] | null } | null }
  const { data } = await app.as<Answer>('nobody', DAYS, { id: storeId, postalCode })
  return data?.store?.deliveryDays ?? []
}

/** The windows of the day after tomorrow, once order has heard of a calendar for which `isHeard` is true. */
export const windowsOf = (app: People, storeId: string, isHeard: (windows: Window[]) => boolean): Promise<Window[]> =>
  until(async () => {
    const windows = (await daysOf(app, storeId))[2]?.windows ?? []
    return isHeard(windows) && windows
  }, 'order has heard of the calendar')
