import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { developmentOnly, processConfig, readConfig } from '../chassis/config.ts'
import { ask } from './client.ts'
import { tokenFrom } from './token.ts'

/** `picture` is a file of demo-pictures/. */
type DemoItem = { name: string; won: number; stock?: number; picture: string }

type Shop = {
  owner: string
  name: string
  /** Without a stock an item is made to order. */
  items: DemoItem[]
  /** Without one the store sells by the default calendar. */
  calendar?: object
}

/** Raised when the demo shops get more, so that a start loads it into a data folder that has the earlier ones. */
export const DEMO_VERSION = 3

const WORKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']

/**
 * 분당 and the rest of 성남, by the first digits of the postal codes. Each day has a window that takes any number of orders, so that the
 * shop can always be ordered from.
 */
const AROUND_BUNDANG = {
  timeZone: 'Asia/Seoul',
  windows: [
    { weekdays: WORKDAYS, start: '10:00', end: '13:00', capacity: 5, noticeMinutes: 120 },
    { weekdays: WORKDAYS, start: '13:00', end: '16:00', capacity: 5, noticeMinutes: 120 },
    { weekdays: [...WORKDAYS, 'SUNDAY'], start: '16:00', end: '20:00', capacity: null, noticeMinutes: 60 },
  ],
  areas: [
    // 분당구, free.
    { postalCodePrefix: '135', fee: { amount: 0 } },
    { postalCodePrefix: '136', fee: { amount: 0 } },
    // 판교.
    { postalCodePrefix: '134', fee: { amount: 2_000 } },
    // 수정구, 중원구.
    { postalCodePrefix: '131', fee: { amount: 4_000 } },
    { postalCodePrefix: '132', fee: { amount: 4_000 } },
    { postalCodePrefix: '133', fee: { amount: 4_000 } },
  ],
}

/** The demo shops of the README. They are loaded through the public API; idempotency keys keep it from loading twice. */
const SHOPS: Shop[] = [
  {
    owner: 'kj',
    name: 'KJSHOP',
    items: [
      { name: '장미 한바구니', won: 50_000, stock: 20, picture: 'rose-basket' },
      { name: 'roses set n1', won: 50_000, stock: 5, picture: 'rose-set' },
    ],
  },
  {
    owner: 'bundang',
    name: '분당꽃배달',
    items: [
      { name: '안개꽃한다발', won: 20_000, stock: 100, picture: 'babys-breath' },
      { name: '꽃바구니 주문제작', won: 80_000, picture: 'basket-to-order' },
    ],
    calendar: AROUND_BUNDANG,
  },
]

const REGISTER_STORE = `mutation ($input: RegisterStoreInput!) {
  registerStore(input: $input) { ... on StorePayload { store { id } } ... on Failure { message } }
}`
const REGISTER_ITEM = `mutation ($input: RegisterItemInput!) {
  registerItem(input: $input) { ... on ItemPayload { item { id photo { url } } } ... on Failure { message } }
}`

const SET_CALENDAR = `mutation ($input: SetDeliveryCalendarInput!) {
  setDeliveryCalendar(input: $input) { ... on CalendarPayload { store { id } }
    ... on CalendarConflict { calendar { version } } ... on Failure { message } }
}`

const REQUEST_UPLOAD = `mutation ($input: RequestUploadInput!) {
  requestUpload(input: $input) { ... on UploadPayload { upload { url token } } ... on Failure { message } }
}`
const SET_ITEM_PHOTO = `mutation ($input: SetItemPhotoInput!) {
  setItemPhoto(input: $input) { ... on ItemPayload { item { id } } ... on Failure { message } }
}`

/** The system has just started: it may take this long until it can register everything. */
const DEADLINE_MS = 60_000

type Registered = {
  store?: { id: string }
  item?: { id: string; photo?: object | null }
  calendar?: object
  upload?: { url: string; token: string }
  message?: string
}

export const demoConfig = processConfig.extend({
  NODE_ENV: developmentOnly('a demo shop has no place among real ones'),
  /** The GraphQL endpoint. */
  ROUTER_URL: z.url(),
  ISSUER_URL: z.url(),
  /** Account's. */
  DEMO_SECRET: z.string('missing').min(32, 'at least 32 characters'),
})

if (import.meta.main) await load(readConfig(demoConfig))

async function load(config: z.infer<typeof demoConfig>): Promise<void> {
  for (const shop of SHOPS) {
    const signedIn = await tokenFrom(config.ISSUER_URL, config.DEMO_SECRET, shop.owner)
    if ('problem' in signedIn) throw new Error(signedIn.problem)
    const accepted = untilAccepted(config.ROUTER_URL, signedIn.token)
    const register = (query: string, name: string, rest: object = {}) =>
      accepted(query, name, { idempotencyKey: `demo ${name}`, name, ...rest })

    const storeId = (await register(REGISTER_STORE, shop.name)).store?.id
    for (const { name, won, stock, picture } of shop.items) {
      const price = { amount: won, currency: 'KRW' }
      const { item } = await register(REGISTER_ITEM, name, { storeId, price, stock })
      // An item of an earlier start may have none, or another since.
      if (item && !item.photo) await showPicture(accepted, config.ROUTER_URL, { storeId, itemId: item.id, picture })
    }
    // Only if it has none: the owner may have set another since.
    if (shop.calendar)
      await accepted(SET_CALENDAR, `calendar of ${shop.name}`, { storeId, ...shop.calendar, expectedVersion: 0 })
  }
}

type Accepted = ReturnType<typeof untilAccepted>

/** Uploads a picture as the owner's app would, and puts it on the menu. */
async function showPicture(
  accepted: Accepted,
  api: string,
  { storeId, itemId, picture }: { storeId: string | undefined; itemId: string; picture: string },
): Promise<void> {
  const drawing = fileURLToPath(new URL(`./demo-pictures/${picture}.svg`, import.meta.url))
  // Loaded here, since the supervisor imports this file, too.
  const { default: sharp } = await import('sharp')
  const png = await sharp(drawing).png().toBuffer()
  const { upload } = await accepted(REQUEST_UPLOAD, `the upload of ${picture}`, { purpose: 'ITEM', storeId })
  if (!upload) return
  const response = await fetch(new URL(upload.url, api), {
    method: 'POST',
    headers: { authorization: `Bearer ${upload.token}`, 'content-type': 'image/png' },
    body: new Blob([Uint8Array.from(png)]),
  })
  const { photoId } = z.object({ photoId: z.string() }).parse(await response.json())
  await accepted(SET_ITEM_PHOTO, `the picture ${picture}`, { itemId, photoId })
}

/**
 * A function that sends a command until it is accepted, or its calendar is there already. An item is refused until the item context has
 * heard of its store, so a refused command is repeated; its idempotency key, or the version that it expects, makes that safe.
 */
function untilAccepted(url: string, token: string) {
  return async (query: string, what: string, input: object): Promise<Registered> => {
    const deadline = Date.now() + DEADLINE_MS
    for (;;) {
      const answer = await ask<Record<string, Registered>>(url, query, { variables: { input }, token })
      const registered = Object.values(answer.data ?? {})[0]
      if (registered?.store ?? registered?.item ?? registered?.calendar ?? registered?.upload) return registered
      if (Date.now() > deadline) throw new Error(`Not within ${DEADLINE_MS / 1_000} s: ${what} is registered.`)
      await delay(50)
    }
  }
}
