import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../../chassis/testing/until.ts'
import { ask } from '../../../scripts/client.ts'
import type { Stack } from '../../testing/stack.ts'
import { idOf } from '../ids.ts'
import { type MenuItem, type People, people } from '../people.ts'
import { upload } from '../photos.ts'
import { addressOf } from './paths.ts'
import type { Fields, SendQuery, Variables } from './read-fields.ts'

/** The readers: lee is the customer, kj the owner, and rider has departed. The last two are machine clients. */
export type Reader = 'nobody' | 'lee' | 'hong' | 'kj' | 'bundang' | 'rider' | 'jung' | 'machine' | 'bookkeeping'
/**
 * The orders, named by the state of their delivery; `opened` has none yet, `rejected` never had one. Of `delivered` a part is refunded,
 * and other flowers were used.
 */
export type OrderName = 'opened' | 'waiting' | 'departed' | 'delivered' | 'failed' | 'rejected' | 'riders' | 'jungs'

export type Fixture = {
  stack: Stack
  app: People
  orders: Record<OrderName, string>
  variables: Omit<Variables, 'order'>
  queryAs: (who: Reader) => SendQuery
  tokenOf: (who: Reader) => string | undefined
  /**
   * Brings a customer or an owner permanently to a limit, if the field's type is the answer at that limit; or the payment provider
   * to where it takes nothing, if it is the answer then.
   */
  reachLimit: (place: string, who: Reader) => Promise<void>
}

/** The newest orders of a customer, which are the unpaid ones. */
const UNPAID = '{ myPage(first: 5) { nodes { orderId } } }'

const PROGRESS = `query ($id: ID!) { order(id: $id) {
  status payment { status } storeOrder { status } delivery { status } myPage { orderStatus timeline { fact } } } }`

const DECORATE = `mutation ($id: ID!, $photoId: ID!) {
  decorateOrder(input: { orderId: $id, substituted: "lilies", photoId: $photoId }) { __typename ... on StoreOrderPayload { storeOrder { id } } } }`

const FAIL = `mutation ($id: ID!, $photoId: ID!) { reportFailedAttempt(input: { deliveryId: $id, attempt: 1,
  reason: NOBODY_HOME, note: "nobody opened", at: "2026-01-01T00:00:00Z", photoId: $photoId }) { __typename } }`

const TOKEN = 'query ($id: ID!) { order(id: $id) { delivery { trackToken } } }'

const SET_CALENDAR = `mutation ($input: SetDeliveryCalendarInput!) {
  setDeliveryCalendar(input: $input) { __typename ... on CalendarPayload { store { id } } } }`

const WRITTEN = { ribbon: { phrase: '축 개업', from: '이' }, sender: { name: '이', anonymous: false } }

/** The states of each order in all contexts, when they have consumed all of its facts. */
const FINAL_STATES: Record<OrderName, unknown[]> = {
  opened: ['PAID', 'APPROVED', 'NEW', undefined, 'PAID', 4],
  waiting: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  riders: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  jungs: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  departed: ['OUT_FOR_DELIVERY', 'APPROVED', 'HANDED_OVER', 'DEPARTED', 'OUT_FOR_DELIVERY', 8],
  delivered: ['DELIVERED', 'APPROVED', 'DELIVERED', 'COMPLETED', 'DELIVERED', 10],
  failed: ['DELIVERY_FAILED', 'APPROVED', 'HANDED_OVER', 'ATTEMPTED', 'DELIVERY_FAILED', 9],
  rejected: ['REJECTED', 'CANCELLED', 'REJECTED', undefined, 'REJECTED', 6],
}

/** Places one customer's orders in one owner's store, and brings each to the state that its name says. */
export async function createFixture(stack: Stack): Promise<Fixture> {
  const app = await people(stack)
  const photo: Photo = async (who, input) => (await upload({ ...app, url: stack.url }, who, input)).photoId
  const machines = new Map<Reader, string>([
    ['machine', await machineToken(stack)],
    ['bookkeeping', await machineToken(stack, 'payments:read')],
  ])
  const tokenOf = (who: Reader) =>
    machines.get(who) ?? (who === 'machine' || who === 'bookkeeping' ? undefined : app.tokenOf(who))
  const item = await app.itemCalled('장미 한바구니')
  const planned = await newStore(app)
  await setCalendars(app, item.store.id, planned)
  // So that every address book has something in it, whatever is read first.
  for (const who of ['lee', 'hong', 'kj', 'bundang', 'rider', 'jung'] as const)
    await app.mutate(who, `mutation { saveAddress(${addressOf('rights')}) { __typename } }`, {})
  const names = Object.keys(FINAL_STATES) as OrderName[] // the keys of FINAL_STATES
  const ids = await Promise.all(names.map(async (name) => [name, await createOrder(app, photo, item, name)] as const))
  const orders = Object.fromEntries(ids) as Record<OrderName, string> // one for each name
  return {
    stack,
    app,
    orders,
    variables: {
      waiting: orders.waiting,
      store: item.store.id,
      planned,
      item: item.id,
      leaving: await newItem(app, photo, item.store.id),
      far: await newItem(app, photo, planned),
      token: await tokenFor(app, orders.delivered),
    },
    queryAs: (who) => (query, variables) =>
      ask<Fields>(stack.url, query, { variables, token: tokenOf(who), timeoutMs: 120_000 }),
    tokenOf,
    reachLimit: async (place, who) => {
      if (place === 'RefundPending') await stack.sandbox('/settings', { method: 'PUT', body: '{ "capacity": 0 }' })
      if (who === 'kj' || who === 'bundang') {
        if (place === 'TooManyStores') await registerAll(app, who, 'registerStore', { name: 'one of many' })
        if (place === 'TooManyCalendarChanges' && who === 'kj') await changeCalendar(app, planned)
        if (place === 'TooManyUploads') await uploadMost(app, stack, who)
        if (place === 'TooManyItems' && who === 'kj')
          await registerAll(app, who, 'registerItem', anItemOf(item.store.id))
      }
      if (who !== 'lee' && who !== 'hong') return
      if (place === 'TooManyUnpaid') await leaveUnpaid(app, item, who)
      if (place === 'TooManyDeclined') await useDeclinedTokens(app, item, who)
    },
  }
}

const anItemOf = (storeId: string) => ({ storeId, name: 'one of many', price: { amount: 1_000 }, stock: 1 })

/** Registers stores or items until the limit is reached. */
async function registerAll(app: People, who: 'kj' | 'bundang', field: 'registerStore' | 'registerItem', input: object) {
  const type = field === 'registerStore' ? 'RegisterStoreInput' : 'RegisterItemInput'
  const register = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`
  await until(async () => {
    const { __typename } = await app.mutate(who, register, { input: { ...input, idempotencyKey: randomUUID() } })
    return String(__typename).startsWith('TooMany')
  }, `${who} has reached the limit`)
}

/** Uploads the photo that someone's command names; returns its id. */
type Photo = (...of: [who: 'kj' | 'rider', input: Parameters<typeof upload>[2]]) => Promise<string>

/** Uploads what is no picture until the limit is reached. */
async function uploadMost(app: People, { url }: Stack, who: 'kj' | 'bundang'): Promise<void> {
  const input = { purpose: 'ITEM', storeId: (await app.itemCalled('장미 한바구니')).store.id } as const
  const isLimit = (error: unknown) => error instanceof Error && /within 24 hours/.test(error.message)
  await until(
    () => upload({ ...app, url }, who, input, Buffer.from('no picture')).then(() => false, isLimit),
    `${who} has uploaded the most`,
  )
}

/** Changes a calendar until the limit is reached. */
async function changeCalendar(app: People, storeId: string): Promise<void> {
  for (let change = 0; ; change++) {
    const closedDays = [`2041-02-0${1 + (change % 2)}`]
    const input = { storeId, timeZone: 'Asia/Seoul', windows: [], closedDays }
    const { __typename } = await app.mutate('kj', SET_CALENDAR, { input })
    if (__typename === 'TooManyCalendarChanges') return
  }
}

/** Places unpaid orders until the limit is reached, not only for the moment in which some of them are being charged. */
async function leaveUnpaid(app: People, item: MenuItem, who: 'lee' | 'hong'): Promise<void> {
  await until(async () => {
    const { __typename, message } = await app.placeOnce(who, item, 1, { paymentToken: 'tok_unavailable' })
    return __typename === 'TooManyUnpaid' && message?.includes('Pay or cancel')
  }, `${who} has too many unpaid orders`)
}

async function useDeclinedTokens(app: People, item: MenuItem, who: 'lee' | 'hong'): Promise<void> {
  await leaveUnpaid(app, item, who)
  const { data } = await app.as<{ myPage: { nodes: { orderId: string }[] } }>(who, UNPAID)
  const ids = data?.myPage.nodes.map(({ orderId }) => orderId) ?? []
  await until(async () => {
    for (const id of ids) await app.payOnce(who, id, `stolen ${randomUUID()}`)
    return (await app.placeOnce(who, item, 1)).__typename === 'TooManyDeclined'
  }, `${who} has too many declined tokens`)
}

async function createOrder(app: People, photo: Photo, item: MenuItem, name: OrderName): Promise<string> {
  const { order } = await app.place('lee', item, 1, WRITTEN)
  if (name === 'rejected') {
    await until(async () => (await app.reject('kj', order.id, 'no roses')).storeOrder, 'kj can reject')
  } else if (name !== 'opened') {
    await app.stepWhenReady('kj', 'receive', order.id)
    if (name === 'delivered')
      await app.mutate('kj', DECORATE, {
        id: order.id,
        photoId: await photo('kj', { purpose: 'READY', orderId: order.id }),
      })
    else await app.stepWhenReady('kj', 'decorate', order.id)
  }
  if (name === 'departed' || name === 'delivered' || name === 'failed')
    await app.stepWhenReady('rider', 'depart', order.id)
  if (name === 'failed') {
    const id = idOf('Delivery', order.id)
    await app.mutate('rider', FAIL, { id, photoId: await photo('rider', { purpose: 'PROOF', deliveryId: id }) })
  }
  if (name === 'delivered') {
    await app.stepWhenReady('rider', 'complete', order.id)
    await app.refundWhenReady('kj', order.id, 1_000)
  }
  const expected = JSON.stringify(FINAL_STATES[name])
  await until(async () => {
    const { data } = await app.as<{ order: Progress | null }>('lee', PROGRESS, { id: order.id })
    const progress = data?.order
    const statuses = [
      progress?.status,
      progress?.payment?.status,
      progress?.storeOrder?.status,
      progress?.delivery?.status,
    ]
    return JSON.stringify([...statuses, progress?.myPage?.orderStatus, progress?.myPage?.timeline.length]) === expected
  }, `order ${name} is ${expected} in all contexts`)
  return order.id
}

type Progress = Record<'payment' | 'storeOrder' | 'delivery', { status: string } | null> & {
  status: string
  myPage: { orderStatus: string; timeline: unknown[] } | null
}

/** Registers another store of kj's, whose calendar has everything that one can have. */
async function newStore(app: People): Promise<string> {
  const register = `mutation ($input: RegisterStoreInput!) {
    registerStore(input: $input) { __typename ... on StorePayload { store { id } } } }`
  const { store } = await app.mutate('kj', register, { input: { idempotencyKey: randomUUID(), name: 'planned' } })
  return (store as { id: string }).id // the mutation selects it
}

/** The store of the orders has a window at all hours; it is the calendar that Mutation.setDeliveryCalendar sets. */
async function setCalendars(app: People, storeId: string, planned: string): Promise<void> {
  const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
  const allDay = { start: '00:00', end: '00:00' }
  const calendar = { timeZone: 'Asia/Seoul', windows: [{ ...allDay, weekdays }] }
  const more = {
    windows: [{ ...allDay, weekdays, capacity: 10 }],
    closedDays: ['2040-01-01'],
    specialDays: [{ day: '2040-02-14', windows: [{ ...allDay, capacity: 10 }] }],
    areas: [{ postalCodePrefix: '1', fee: { amount: 5_000 } }],
  }
  for (const input of [
    { ...calendar, storeId },
    { ...calendar, ...more, storeId: planned },
  ]) {
    const { __typename } = await app.mutate('kj', SET_CALENDAR, { input })
    if (__typename !== 'CalendarPayload') throw new Error(`The calendar was answered by ${__typename}.`)
  }
}

/** The token of the recipient's link. */
async function tokenFor(app: People, id: string): Promise<string> {
  const { data } = await app.as<{ order: { delivery: { trackToken: string } } }>('lee', TOKEN, { id })
  return data?.order.delivery.trackToken ?? ''
}

/** Registers another item in one of kj's stores. */
async function newItem(app: People, photo: Photo, storeId: string): Promise<string> {
  const input = {
    idempotencyKey: randomUUID(),
    storeId,
    name: 'a new one',
    price: { amount: 1_000 },
    stock: 1,
    photoId: await photo('kj', { purpose: 'ITEM', storeId }),
  }
  const register = `mutation ($input: RegisterItemInput!) {
    registerItem(input: $input) { __typename ... on ItemPayload { item { id } } } }`
  const { item } = await app.mutate('kj', register, { input })
  return (item as { id: string }).id // the mutation selects it
}

/** A token of the demo machine client, with the scope or with none. */
async function machineToken({ issuer, dataDir }: Stack, scope?: string): Promise<string> {
  // Written by scripts/up.ts: secrets by name.
  const { demo } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { demo: string }
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`demo-machine:${demo}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }),
  })
  // By RFC 6749.
  const { access_token, scope: granted } = (await response.json()) as { access_token: string; scope?: string }
  if (granted !== scope) throw new Error(`The machine client has the scope ${granted}, not ${scope}.`)
  return access_token
}
