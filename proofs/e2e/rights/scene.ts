import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../../chassis/testing/until.ts'
import { ask } from '../../../scripts/client.ts'
import type { Stack } from '../../testing/stack.ts'
import { type MenuItem, type People, people } from '../people.ts'
import type { Ask, Fields, Variables } from './look.ts'

/** lee is the customer and kj the owner; rider has departed. The machines are not people. */
export type Asker = 'nobody' | 'lee' | 'hong' | 'kj' | 'bundang' | 'rider' | 'jung' | 'machine' | 'bookkeeping'
/** The orders looked at, by how far their delivery is; `rejected` never came to one. */
export type OrderName = 'waiting' | 'departed' | 'delivered' | 'rejected' | 'riders' | 'jungs'

export type Scene = {
  stack: Stack
  app: People
  orders: Record<OrderName, string>
  variables: Omit<Variables, 'order'>
  asks: (who: Asker) => Ask
  tokenOf: (who: Asker) => string | undefined
  /** Brings a customer or an owner to where nothing more is placed or registered, if that is what is looked at; for good. */
  leadTo: (place: string, who: Asker) => Promise<void>
}

/** Whoever has left orders unpaid has the newest on top. */
const UNPAID = '{ myPage(first: 5) { nodes { orderId } } }'

const FAR = `query ($id: ID!) { order(id: $id) {
  status payment { status } storeOrder { status } delivery { status } myPage { orderStatus timeline { fact } } } }`

/** How an order looks to its customer once every context has heard all there is to hear of it. */
const EVERYWHERE: Record<OrderName, unknown[]> = {
  waiting: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  riders: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  jungs: ['DECORATED', 'APPROVED', 'DECORATED', 'REQUESTED', 'DECORATED', 7],
  departed: ['OUT_FOR_DELIVERY', 'APPROVED', 'HANDED_OVER', 'DEPARTED', 'OUT_FOR_DELIVERY', 8],
  delivered: ['DELIVERED', 'APPROVED', 'DELIVERED', 'COMPLETED', 'DELIVERED', 9],
  rejected: ['REJECTED', 'CANCELLED', 'REJECTED', undefined, 'REJECTED', 6],
}

/** One customer's orders in one owner's store, each brought as far as its name says. */
export async function setScene(stack: Stack): Promise<Scene> {
  const app = await people(stack)
  const machines = new Map<Asker, string>([
    ['machine', await machineToken(stack)],
    ['bookkeeping', await machineToken(stack, 'payments:read')],
  ])
  const tokenOf = (who: Asker) =>
    machines.get(who) ?? (who === 'machine' || who === 'bookkeeping' ? undefined : app.tokenOf(who))
  const item = await app.itemCalled('장미 한바구니')
  const names = Object.keys(EVERYWHERE) as OrderName[] // its keys are typed so
  const ids = await Promise.all(names.map(async (name) => [name, await bring(app, item, name)] as const))
  const orders = Object.fromEntries(ids) as Record<OrderName, string> // one for each name
  return {
    stack,
    app,
    orders,
    variables: { waiting: orders.waiting, store: item.store.id, item: item.id, leaving: await newItem(app, item) },
    asks: (who) => (query, variables) =>
      ask<Fields>(stack.url, query, { variables, token: tokenOf(who), timeoutMs: 120_000 }),
    tokenOf,
    leadTo: async (place, who) => {
      if (who === 'kj' || who === 'bundang') {
        if (place === 'TooManyStores') await registerAll(app, who, 'registerStore', { name: 'one of many' })
        if (place === 'TooManyItems' && who === 'kj')
          await registerAll(app, who, 'registerItem', anItemOf(item.store.id))
      }
      if (who !== 'lee' && who !== 'hong') return
      if (place === 'TooManyUnpaid') await leaveUnpaid(app, item, who)
      if (place === 'TooManyDeclined') await beDeclined(app, item, who)
    },
  }
}

const anItemOf = (storeId: string) => ({ storeId, name: 'one of many', price: { amount: 1_000 }, stock: 1 })

/** Registers stores or items until no other is registered. */
async function registerAll(app: People, who: 'kj' | 'bundang', field: 'registerStore' | 'registerItem', input: object) {
  const type = field === 'registerStore' ? 'RegisterStoreInput' : 'RegisterItemInput'
  const register = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`
  await until(async () => {
    const { __typename } = await app.does(who, register, { input: { ...input, idempotencyKey: randomUUID() } })
    return String(__typename).startsWith('TooMany')
  }, `${who} can register no more`)
}

/** Leaves orders unpaid until no other is placed. */
async function leaveUnpaid(app: People, item: MenuItem, who: 'lee' | 'hong'): Promise<void> {
  await until(async () => {
    const { __typename } = await app.placeOnce(who, item, 1, { paymentToken: 'tok_unavailable' })
    return __typename === 'TooManyUnpaid'
  }, `${who} has too many unpaid`)
}

async function beDeclined(app: People, item: MenuItem, who: 'lee' | 'hong'): Promise<void> {
  await leaveUnpaid(app, item, who)
  const { data } = await app.as<{ myPage: { nodes: { orderId: string }[] } }>(who, UNPAID)
  const ids = data?.myPage.nodes.map(({ orderId }) => orderId) ?? []
  await until(async () => {
    for (const id of ids) await app.payOnce(who, id, `stolen ${randomUUID()}`)
    return (await app.placeOnce(who, item, 1)).__typename === 'TooManyDeclined'
  }, `${who} was declined too often`)
}

async function bring(app: People, item: MenuItem, name: OrderName): Promise<string> {
  const { order } = await app.place('lee', item, 1)
  if (name === 'rejected') {
    await until(async () => (await app.reject('kj', order.id, 'no roses')).storeOrder, 'kj can reject')
  } else {
    await app.stepOnceThere('kj', 'receive', order.id)
    await app.stepOnceThere('kj', 'decorate', order.id)
  }
  if (name === 'departed' || name === 'delivered') await app.stepOnceThere('rider', 'depart', order.id)
  if (name === 'delivered') await app.stepOnceThere('rider', 'complete', order.id)
  const wanted = JSON.stringify(EVERYWHERE[name])
  await until(async () => {
    const { data } = await app.as<{ order: Far | null }>('lee', FAR, { id: order.id })
    const far = data?.order
    const statuses = [far?.status, far?.payment?.status, far?.storeOrder?.status, far?.delivery?.status]
    return JSON.stringify([...statuses, far?.myPage?.orderStatus, far?.myPage?.timeline.length]) === wanted
  }, `order ${name} is ${wanted} everywhere`)
  return order.id
}

type Far = Record<'payment' | 'storeOrder' | 'delivery', { status: string } | null> & {
  status: string
  myPage: { orderStatus: string; timeline: unknown[] } | null
}

/** One more item of the store's, for its owner to withdraw. */
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
  const { item } = await app.does('kj', register, { input })
  return (item as { id: string }).id // as asked for
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
