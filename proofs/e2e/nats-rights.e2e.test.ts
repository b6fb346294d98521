import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { connectNats, type Nats } from '../../chassis/nats/connection.ts'
import { violationsIn } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf, uuidOf } from './ids.ts'
import { entryBecomes, type MenuItem, type People, people } from './people.ts'
import { type LiveUpdateFields, type RunningOperation, routersOf, run, updatesOf } from './subscriptions.ts'

type Seen = LiveUpdateFields & { entry: { id: string } | null }

const stamp = stampWith({ now: () => new Date(), newId: randomUUID })
const PAGE = `subscription ($after: LiveCursor) { myPageUpdated(after: $after) { kind cursor entry { id } } }`

/** With which a stream would forge facts in the server's name. */
const ELSEWHERE = { src: 'live.>', dest: 'facts.payment.Paid.forged' }

let stack: Stack
let app: People
let item: MenuItem
const under: { stop(): unknown }[] = []
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  stack = await startStack()
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
})
afterAll(async () => {
  await Promise.all(under.map((each) => each.stop()))
  await stack?.stop()
})

const secret = (name: string) => secretsIn(join(stack.dataDir, 'secrets.json'))(name)
const portOf = async (name: string) => {
  const found = (await stack.processes()).find((process) => process.name === name)
  return found?.port ?? 0
}
/** What NATS has refused so far. */
const violations = () => violationsIn(readFileSync(join(stack.dataDir, 'logs', 'nats.log'), 'utf8'))
/** NATS by a program's own name and password, for whoever has got hold of them. */
const as = async (program: string): Promise<Nats> => {
  const nats = await connectNats(
    `nats://${program}:${secret(`nats.${program}`)}@127.0.0.1:${await portOf('nats')}`,
    program,
  )
  under.push({ stop: nats.end })
  return nats
}
const unpaid = async () => {
  const declined = await app.place('lee', item, 1, { paymentToken: 'tok_declined' })
  expect(declined).toMatchObject({ __typename: 'PaymentDeclined' })
  await entryBecomes(app, 'lee', declined.order.id, 'PAYMENT_FAILED')
  return declined.order.id
}
/** The fact as it would be of an order that is paid. */
const paid = (orderId: string) =>
  stamp({ type: 'Paid', data: { orderId: uuidOf(orderId), amount: { amount: 50_000, currency: 'KRW' } } }, randomUUID())
const statusOf = async (id: string) => (await app.entry('lee', id))?.orderStatus
const watch = async (after?: string) => {
  const [router = ''] = await routersOf(stack)
  const operation = { query: PAGE, variables: { after }, token: app.tokenOf('lee') }
  const watching: RunningOperation<Record<string, Seen | null>> = run('ws', router, operation)
  under.push(watching)
  return watching
}
const ofOrder = (watching: RunningOperation<Record<string, Seen | null>>, id: string) =>
  updatesOf(watching).filter(({ entry }) => entry?.id === idOf('MyPageEntry', id))

it('the whole system works with a NATS user for each program, and none is refused anything', async () => {
  const watching = await watch()
  const { id } = (await app.place('lee', item, 1)).order
  await app.stepWhenReady('bundang', 'receive', id)
  await entryBecomes(app, 'lee', id, 'RECEIVED')
  await until(() => ofOrder(watching, id).length >= 5)
  const [first] = ofOrder(watching, id)
  const replayed = await watch(first?.cursor)
  await until(() => ofOrder(replayed, id).length >= 4)
  expect(violations()).toEqual([])
})

describe('a forged fact', () => {
  it.each(['my-page', 'item', 'router'])('of payment, by %s: NATS refuses it', async (program) => {
    const id = await unpaid()
    const { jetstream } = await as(program)
    const { subject, message } = paid(id)
    await expect(jetstream.publish(subject, JSON.stringify(message))).rejects.toThrow('Permissions Violation')
    expect(await statusOf(id)).toBe('PAYMENT_FAILED')
  })

  it('of payment, on the forger’s own subject: its hearers park it, and go on', async () => {
    const id = await unpaid()
    const { jetstream } = await as('item')
    const forged = paid(id)
    const subject = `facts.item.StockChanged.${uuidOf(item.id)}`
    await jetstream.publish(subject, JSON.stringify(forged.message))
    const parked = await until(() => parkedBy('order', forged.id))
    expect(parked).toMatchObject({ subject, error: expect.stringContaining(`published on ${forged.subject} only`) })
    expect(await statusOf(id)).toBe('PAYMENT_FAILED')
    expect(await app.pay('lee', id)).toMatchObject({ order: { status: 'PAID' } })
  })
})

/** The fact's row among those that the context could not handle. */
async function parkedBy(context: string, factId: string): Promise<{ subject: string; error: string } | undefined> {
  const url = `postgres://flower_${context}:${secret(`database.${context}`)}@127.0.0.1:${await portOf('postgres')}`
  const client = new pg.Client({ connectionString: `${url}/flower_${context}` })
  await client.connect()
  const { rows } = await client.query('select subject, error from parked where fact_id = $1', [factId])
  await client.end()
  return rows[0]
}

describe('my-page’s password', () => {
  // In the programs' account, JetStream's API is called streams.API.
  it.each<[string, string, (nats: Nats) => Promise<unknown>]>([
    ['asks for nobody’s orders', 'snapshot.my-page', ({ connection }) => connection.request('snapshot.my-page', '{}')],
    [
      'deletes no consumer of others',
      'streams.API.CONSUMER.DELETE.FACTS.order',
      ({ manager }) => manager.consumers.delete('FACTS', 'order'),
    ],
    ['empties no LIVE', 'streams.API.STREAM.PURGE.LIVE', ({ manager }) => manager.streams.purge('LIVE')],
    ['deletes no FACTS', 'streams.API.STREAM.DELETE.FACTS', ({ manager }) => manager.streams.delete('FACTS')],
    [
      'has no stream republish elsewhere',
      'streams.API.STREAM.CREATE.LIVE',
      ({ manager }) => manager.streams.add({ name: 'LIVE', republish: ELSEWHERE }),
    ],
  ])('%s', async (_, subject, attempt) => {
    const nats = await as('my-page')
    await expect(attempt(nats)).rejects.toThrow()
    await until(() => violations().some((line) => line.includes(`Publish Violation`) && line.includes(`"${subject}"`)))
  })

  it('hears no live updates', async () => {
    const { connection } = await as('my-page')
    const refused = new Promise<string | undefined>((resolve) => {
      connection.subscribe('live.>', { callback: (error) => resolve(error?.message) })
    })
    expect(await refused).toMatch('Permissions Violation')
  })
})
