import { z } from 'zod'
import { developmentOnly, processConfig, readConfig } from '../chassis/config.ts'
import { ask, until } from './client.ts'
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
    const register = async (query: string, input: object): Promise<string | undefined> => {
      const answer = await ask<Record<string, Registered>>(config.ROUTER_URL, query, {
        variables: { input },
        token: signedIn.token,
      })
      const registered = Object.values(answer.data ?? {})[0]
      return (registered?.store ?? registered?.item)?.id
    }
    const once = (name: string) => ({ idempotencyKey: `demo ${name}`, name })

    const storeId = await until(`${shop.name} is registered`, () => register(REGISTER_STORE, once(shop.name)))
    for (const { name, won, stock } of shop.items) {
      const input = { ...once(name), storeId, price: { amount: won, currency: 'KRW' }, stock }
      // Item must have consumed StoreRegistered first.
      await until(`${name} is registered`, () => register(REGISTER_ITEM, input))
    }
  }
}
