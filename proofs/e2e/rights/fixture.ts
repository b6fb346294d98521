import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../../chassis/testing/until.ts'
import { ask } from '../../../scripts/client.ts'
import type { Stack } from '../../testing/stack.ts'
import { type MenuItem, type People, people } from '../people.ts'
import { addressOf } from './paths.ts'
import type { Fields, SendQuery, Variables } from './read-fields.ts'

/** The readers: lee is the customer, kj the owner, and rider has departed. The last two are machine clients. */
export type Reader = 'nobody' | 'lee' | 'hong' | 'kj' | 'bundang' | 'rider' | 'jung' | 'machine' | 'bookkeeping'
/** The orders, named by the state of their delivery; `rejected` never had one. Of `delivered` a part is refunded. */
export type OrderName = 'waiting' | 'departed' | 'delivered' | 'rejected' | 'riders' | 'jungs'

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

/** The states of each order in all contexts, when they have consumed all of its facts. */
const FINAL_STATES: Record<OrderName, unknown[]> = {
  waiting: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  riders: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  jungs: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  departed: ['OUT_FOR_DELIVERY', 'APPROVED', 'HANDED_OVER', 'DEPARTED', 'OUT_FOR_DELIVERY', 8],
  delivered: ['DELIVERED', 'APPROVED', 'DELIVERED', 'COMPLETED', 'DELIVERED', 10],
  rejected: ['REJECTED', 'CANCELLED', 'REJECTED', undefined, 'REJECTED', 6],
}

/** Places one customer's orders in one owner's store, and brings each to the state that its name says. */
export async function createFixture(stack: Stack): Promise<Fixture> {
  const app = await people(stack)
  const machines = new Map<Reader, string>([
    ['machine', await machineToken(stack)],
    ['bookkeeping', await machineToken(stack, 'payments:read')],
  ])
  const tokenOf = (who: Reader) =>
    machines.get(who) ?? (who === 'machine' || who === 'bookkeeping' ? undefined : app.tokenOf(who))
  const item = await app.itemCalled('장미 한바구니')
  // So that every address book has something in it, whatever is read first.
  for (const who of ['lee', 'hong', 'kj', 'bundang', 'rider', 'jung'] as const)
    await app.mutate(who, `mutation { saveAddress(${addressOf('rights')}) { __typename } }`, {})
  const names = Object.keys(FINAL_STATES) as OrderName[] // the keys of FINAL_STATES
  const ids = await Promise.all(names.map(async (name) => [name, await createOrder(app, item, name)] as const))
  const orders = Object.fromEntries(ids) as Record<OrderName, string> // one for each name
  return {
    stack,
    app,
    orders,
    variables: { waiting: orders.waiting, store: item.store.id, item: item.id, leaving: await newItem(app, item) },
    queryAs: (who) => (query, variables) =>
      ask<Fields>(stack.url, query, { variables, token: tokenOf(who), timeoutMs: 120_000 }),
    tokenOf,
    reachLimit: async (place, who) => {
      if (place === 'RefundPending') await stack.sandbox('/settings', { method: 'PUT', body: '{ "capacity": 0 }' })
      if (who === 'kj' || who === 'bundang') {
        if (place === 'TooManyStores') await registerAll(app, who, 'registerStore', { name: 'one of many' })
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

async function createOrder(app: People, item: MenuItem, name: OrderName): Promise<string> {
  const { order } = await app.place('lee', item, 1)
  if (name === 'rejected') {
    await until(async () => (await app.reject('kj', order.id, 'no roses')).storeOrder, 'kj can reject')
  } else {
    await app.stepWhenReady('kj', 'receive', order.id)
    await app.stepWhenReady('kj', 'decorate', order.id)
  }
  if (name === 'departed' || name === 'delivered') await app.stepWhenReady('rider', 'depart', order.id)
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

/** Registers another item in the store, for its owner to withdraw. */
async function newItem(app: People, { store }: MenuItem): Promise<string> {
  const input = {
    idempotencyKey: randomUUID(),
    storeId: store.id,
    name: 'a new one',
    price: { amount: 1_000 },
    stock: 1,
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
