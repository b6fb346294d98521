import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Stack, startStack } from '../testing/stack.ts'
import { FEEDS, type Heard, listen, type UpdateType } from './rights/listen.ts'
import { fieldsOfTheApi, lookAt, NOT_REACHED, type Signs } from './rights/look.ts'
import { type Asker, type OrderName, type Scene, setScene } from './rights/scene.ts'
import { type Row, readRights } from './rights/table.ts'

const ALL: OrderName[] = ['waiting', 'departed', 'delivered']
const WAITING = 'rider, waiting'
/** Who asks in each column, about which orders unless the field says otherwise. */
const COLUMNS: Record<string, { who: Asker[]; orders: OrderName[] }> = {
  nobody: { who: ['nobody'], orders: ALL },
  customer: { who: ['lee'], orders: ALL },
  'other customer': { who: ['hong'], orders: ALL },
  owner: { who: ['kj'], orders: ALL },
  'other owner': { who: ['bundang'], orders: ALL },
  [WAITING]: { who: ['rider', 'jung'], orders: ['waiting'] },
  'its rider': { who: ['rider'], orders: ['departed', 'delivered'] },
  'other rider': { who: ['jung'], orders: ['departed', 'delivered'] },
  machine: { who: ['machine'], orders: ALL },
  bookkeeping: { who: ['bookkeeping'], orders: ALL },
}
/** Fields that are looked at where there is something to see, and commands where they change nothing. */
const ONLY_OF: [fields: RegExp, order: OrderName][] = [
  [/^Delivery\.(rider|departedAt|completedAt)/, 'delivered'],
  [/^StoreOrder\.rejectionReason$/, 'rejected'],
  [/^(Subscription|\w+Update)\./, 'departed'],
  [
    /^(Mutation|\w+Payload|Payment(Declined|Deferred)|ItemUnavailable|TotalChanged|TooMany\w+|In(valid|put)\w+|Idem\w+|NotFound|Wrong\w+)\./,
    'delivered',
  ],
]
/** A rider departs with an order of their own. */
const OWN: Partial<Record<Asker, OrderName>> = { rider: 'riders', jung: 'jungs' }

const rows = readRights()
let stack: Stack
let scene: Scene
beforeAll(async () => {
  const env = {
    RATE_PER_SECOND: '10000',
    RATE_BURST: '10000',
    LOG_LEVEL: 'warn',
    MOST_ITEMS: '20', // Soon reached.
    PAYMENT_DEADLINE_MS: '4000', // On a busy machine too the scene's orders are paid at once.
  }
  stack = await startStack({ env })
  scene = await setScene(stack)
})
afterAll(async () => stack?.stop())

const looks = new Map<string, Promise<Signs[]>>()
let heard: Promise<Heard> | undefined

/** What somebody sees of a field of an order, by each way that reaches it: one sign where all agree. */
async function seen(field: string, who: Asker, name: OrderName): Promise<string> {
  const order = scene.orders[name]
  const [place = '', last = ''] = /^(.*)\.(\w+)$/.exec(field)?.slice(1) ?? []
  if (place === 'Subscription' || place.endsWith('Update')) {
    heard ??= listen(scene)
    const [type] = Object.entries(FEEDS).find(([type, feed]) => type === place || feed === last) ?? []
    const { sign, updates } = (await heard)(who, type as UpdateType, order) // its keys are typed so
    return place === 'Subscription' ? sign : agreed(updates.map((signs) => signs[last] ?? ''))
  }
  const key = `${place} ${who} ${name}`
  const look = () => lookAt(place, { ...scene.variables, order }, scene.asks(who))
  const looking = looks.get(key) ?? scene.leadTo(place, who).then(look)
  looks.set(key, looking)
  return agreed((await looking).map((signs) => signs[last] ?? ''))
}
const agreed = (signs: string[]) => [...new Set(signs)].sort().join(' or ') || NOT_REACHED

async function cell(field: string, column: string): Promise<string> {
  const { who = [], orders = [] } = COLUMNS[column] ?? {}
  const only = ONLY_OF.find(([fields]) => fields.test(field))?.[1]
  const ordersOf = (one: Asker): OrderName[] => {
    if (column !== WAITING) return only ? [only] : orders
    return field.startsWith('Mutation.') ? [OWN[one] ?? 'waiting'] : orders
  }
  const all = await Promise.all(
    who.flatMap((one) => ordersOf(one).map((order) => seen(field, one, order).catch(({ message }: Error) => message))),
  )
  return agreed(all)
}

const line = (signs: Record<string, string>) => Object.entries(signs).map(([column, sign]) => `${column} ${sign}`)

describe('docs/rights.md', () => {
  it('has a line for each field of the API, and no other', () => {
    expect(rows.map(({ field }) => field).sort()).toEqual(fieldsOfTheApi().sort())
  })

  it('has the columns that are known here', () => {
    for (const { rights } of rows) expect(Object.keys(COLUMNS)).toEqual(expect.arrayContaining(Object.keys(rights)))
  })

  it.each(rows.map((row): [string, Row] => [row.field, row]))('%s', async (field, { rights }) => {
    const actual: Record<string, string> = {}
    for (const column of Object.keys(rights)) actual[column] = await cell(field, column)
    expect(line(actual)).toEqual(line(rights))
  })
})
