import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { developmentOnly, processConfig, readConfig } from '../chassis/config.ts'
import { ask } from './client.ts'
import { tokenFrom } from './token.ts'

/** The demo shops of the README. They are loaded through the public API; idempotency keys keep it from loading twice. */
const SHOPS = [
  {
    owner: 'kj',
    name: 'KJSHOP',
    items: [
      { name: '장미 한바구니', won: 50_000, stock: 20 },
      { name: 'roses set n1', won: 50_000, stock: 5 },
    ],
  },
  { owner: 'bundang', name: '분당꽃배달', items: [{ name: '안개꽃한다발', won: 20_000, stock: 100 }] },
]

const REGISTER_STORE = `mutation ($input: RegisterStoreInput!) {
  registerStore(input: $input) { ... on StorePayload { store { id } } ... on Failure { message } }
}`
const REGISTER_ITEM = `mutation ($input: RegisterItemInput!) {
  registerItem(input: $input) { ... on ItemPayload { item { id } } ... on Failure { message } }
}`

/** The system has just started: it may take this long until it can register everything. */
const DEADLINE_MS = 60_000

type Registered = { store?: { id: string }; item?: { id: string }; message?: string }

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
    const register = (query: string, name: string, rest: object = {}) =>
      registerUntilAccepted(config.ROUTER_URL, signedIn.token, query, { idempotencyKey: `demo ${name}`, name, ...rest })

    const storeId = await register(REGISTER_STORE, shop.name)
    for (const { name, won, stock } of shop.items)
      await register(REGISTER_ITEM, name, { storeId, price: { amount: won, currency: 'KRW' }, stock })
  }
}

/**
 * Registers a store or an item; returns its id. An item is refused until the item context has heard of its store, so a refused
 * request is repeated; its idempotency key makes that safe.
 */
async function registerUntilAccepted(
  url: string,
  token: string,
  query: string,
  input: { name: string; idempotencyKey: string },
): Promise<string> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const answer = await ask<Record<string, Registered>>(url, query, { variables: { input }, token })
    const registered = Object.values(answer.data ?? {})[0]
    const id = (registered?.store ?? registered?.item)?.id
    if (id) return id
    if (Date.now() > deadline) throw new Error(`Not within ${DEADLINE_MS / 1_000} s: ${input.name} is registered.`)
    await delay(50)
  }
}
