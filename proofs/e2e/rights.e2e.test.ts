import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Stack, startStack } from '../testing/stack.ts'
import { createFixture, type Fixture, type OrderName, type Reader } from './rights/fixture.ts'
import { fieldsOfTheApi, NOT_REACHED, readObjects, type Signs } from './rights/read-fields.ts'
import { FEEDS, type LiveRights, receiveUpdates, type UpdateType } from './rights/receive-updates.ts'
import { type Row, readRights } from './rights/table.ts'

const ALL: OrderName[] = ['waiting', 'departed', 'delivered']
const WAITING = 'rider, waiting'
/** The readers of each column, and the orders that they read unless ONLY_OF has others. */
const COLUMNS: Record<string, { who: Reader[]; orders: OrderName[] }> = {
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
/** Fields that are read only of an order for which they have a value, and commands only of one that they do not change. */
const ONLY_OF: [fields: RegExp, order: OrderName][] = [
  [/^Delivery\.(rider|departedAt|completedAt|attempts)/, 'delivered'],
  [/^DeliveryAttempt\./, 'failed'],
  [/^StoreOrder\.rejection(Reason|Cause)$/, 'rejected'],
  [/^StoreOrder\.acceptBy$/, 'opened'],
  [/^StoreOrder\.(substituted$|photo)/, 'delivered'],
  [/^(Payment\.refunds$|Refund\.)/, 'delivered'],
  [/^(Subscription|\w+Update)\./, 'departed'],
  [
    /^(Mutation|\w+Payload|Payment(Declined|Deferred)|ItemUnavailable|TotalChanged|WindowUnavailable|NotDeliveredThere|TooMany\w+|Upload\w+|Refund\w+|Calendar\w+|In(valid|put)\w+|Idem\w+|NotFound|Wrong\w+)\./,
    'delivered',
  ],
]
/** In Mutation.departForDelivery each rider departs with an order of their own. */
const OWN: Partial<Record<Reader, OrderName>> = { rider: 'riders', jung: 'jungs' }

const rows = readRights()
let stack: Stack
let fixture: Fixture
beforeAll(async () => {
  const env = {
    LOG_LEVEL: 'warn',
    MAX_MUTATION_FIELDS: '50', // All commands are sent at once.
    MOST_UPLOADS_A_DAY: '20', // Low for the same reason.
    MOST_ITEMS: '20', // Low, so that the test soon reaches it.
    PAYMENT_DEADLINE_MS: '4000', // High, so that orders are paid at once on a busy machine, too.
  }
  stack = await startStack({ env })
  fixture = await createFixture(stack)
})
afterAll(async () => stack?.stop())

const reads = new Map<string, Promise<Signs[]>>()
let liveRights: Promise<LiveRights> | undefined

/** The signs for a field of an order that a reader gets by each path to it; a single sign if all are equal. */
async function signFor(field: string, who: Reader, name: OrderName): Promise<string> {
  const order = fixture.orders[name]
  const [place = '', last = ''] = /^(.*)\.(\w+)$/.exec(field)?.slice(1) ?? []
  if (place === 'Subscription' || place.endsWith('Update')) {
    liveRights ??= receiveUpdates(fixture)
    const [type] = Object.entries(FEEDS).find(([type, feed]) => type === place || feed === last) ?? []
    const { sign, updates } = (await liveRights)(who, type as UpdateType, order) // the keys of FEEDS
    return place === 'Subscription' ? sign : combined(updates.map((signs) => signs[last] ?? ''))
  }
  const key = `${place} ${who} ${name}`
  const read = () => readObjects(place, { ...fixture.variables, order }, fixture.queryAs(who))
  const reading = reads.get(key) ?? fixture.reachLimit(place, who).then(read)
  reads.set(key, reading)
  return combined((await reading).map((signs) => signs[last] ?? ''))
}
const combined = (signs: string[]) => [...new Set(signs)].sort().join(' or ') || NOT_REACHED

async function cell(field: string, column: string): Promise<string> {
  const { who = [], orders = [] } = COLUMNS[column] ?? {}
  const only = ONLY_OF.find(([fields]) => fields.test(field))?.[1]
  const ordersOf = (reader: Reader): OrderName[] => {
    if (column !== WAITING) return only ? [only] : orders
    return field.startsWith('Mutation.') ? [OWN[reader] ?? 'waiting'] : orders
  }
  const all = await Promise.all(
    who.flatMap((reader) =>
      ordersOf(reader).map((order) => signFor(field, reader, order).catch(({ message }: Error) => message)),
    ),
  )
  return combined(all)
}

const line = (signs: Record<string, string>) => Object.entries(signs).map(([column, sign]) => `${column} ${sign}`)

describe('docs/rights.md', () => {
  it('has a row for each field of the API, and no others', () => {
    expect(rows.map(({ field }) => field).sort()).toEqual(fieldsOfTheApi().sort())
  })

  it('has only columns that this test knows', () => {
    for (const { rights } of rows) expect(Object.keys(COLUMNS)).toEqual(expect.arrayContaining(Object.keys(rights)))
  })

  it.each(rows.map((row): [string, Row] => [row.field, row]))('%s', async (field, { rights }) => {
    const actual: Record<string, string> = {}
    for (const column of Object.keys(rights)) actual[column] = await cell(field, column)
    expect(line(actual)).toEqual(line(rights))
  })
})
