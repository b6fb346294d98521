import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { connectNats } from '../../chassis/nats/connection.ts'
import { until } from '../../chassis/testing/until.ts'
import { DATABASE_PREFIX } from '../../scripts/launcher/infrastructure/databases.ts'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { queriesOfEverything, subscriptionToEverything } from './everything.ts'
import { idOf, uuidOf } from './ids.ts'
import { entryBecomes, type MenuItem, type People, type Person, people } from './people.ts'
import { openShop } from './shops.ts'
import { type RunningOperation, run } from './subscriptions.ts'

/** Words that are nowhere else. */
const SENDER = '숨긴보낸이갑'
const RECIPIENT = { name: '받는사람을', phone: '010-8765-4321', address: '비밀길 987 병' }
const CARD = '카드의글정'
const RIBBON = { phrase: '리본의글무', from: '리본보낸이기' }
const REASONS = {
  rejected: '거절한까닭경',
  cancelled: '취소한까닭신',
  refunded: '환불한까닭임',
  substituted: '대신쓴꽃계',
}
const CORRECTED = { name: '고친사람갑', phone: '010-4321-8765', address: '고친길 789 을' }
const ATTEMPT_NOTE = '벨을눌렀다자'
const PROOF = { note: '문앞에둠자' }
const TOKEN = 'planted-payment-token'
/** The account's name of lee, who orders. */
const CUSTOMER = '이하늘'
const PLANTED = [
  SENDER,
  RECIPIENT.name,
  RECIPIENT.phone,
  '01087654321',
  '1087654321',
  RECIPIENT.address,
  ...Object.values(CORRECTED),
  ATTEMPT_NOTE,
  CARD,
  RIBBON.phrase,
  RIBBON.from,
  ...Object.values(REASONS),
  PROOF.note,
  TOKEN,
  CUSTOMER,
]
/** As text is written in JSON that is ASCII only. */
const escaped = (word: string) =>
  word.replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
const found = (words: readonly string[], texts: Iterable<string>) => {
  const all = [...texts].join('\n')
  return words.filter((word) => all.includes(word) || all.includes(escaped(word)))
}

const STRANGERS = ['nobody', 'hong', 'bundang', 'kj', 'rider', 'jung'] as const
const FEEDS = ['myPageUpdated', 'storeOrderUpdated', 'deliveryUpdated']

let stack: Stack
let app: People
let item: MenuItem
/** Everything that each reader was answered, with errors and updates. */
const answered = new Map<Person, string[]>()
const feeds: [Person, RunningOperation<unknown>][] = []

beforeAll(async () => {
  const limits = {
    MAX_COST: '1000000000000',
    MAX_FIELDS: '50000',
    MAX_ALIASES: '5000',
    MAX_DOCUMENT: '1000000',
    MAX_TOKENS: '100000',
  }
  stack = await startStack({ env: { LOG_LEVEL: 'debug', PAYMENT_DEADLINE_MS: '4000', ...limits } })
  app = await people(stack)
  item = await openShop(app, 'Planted words')
})
afterAll(async () => {
  for (const [, feed] of feeds) await feed.stop()
  await stack?.stop()
})

const secret = {
  sender: { name: SENDER, anonymous: true },
  recipient: RECIPIENT,
  cardMessage: CARD,
  ribbon: RIBBON,
}
const variablesOf = (order: string) => ({
  order,
  waiting: order,
  store: item.store.id,
  planned: order,
  item: item.id,
  leaving: item.id,
  far: order,
  token: link,
})
/** The token of the recipient's link. */
let link = ''

async function readEverything(who: Person, order: string) {
  const answers = answered.get(who) ?? []
  answered.set(who, answers)
  for (const [query, variables] of queriesOfEverything(variablesOf(order))) {
    const { data, errors } = await app.as(who, query, variables)
    // A query that is refused as a whole would show nothing of anything.
    expect(errors?.filter(({ extensions }) => !REFUSED.includes(extensions?.code ?? ''))).toEqual(errors && [])
    answers.push(JSON.stringify({ data, errors }))
  }
}
const REFUSED = ['UNAUTHENTICATED', 'FORBIDDEN']
const readByAll = async (order: string) => {
  for (const who of ['lee', ...STRANGERS] as const) await readEverything(who, order)
}

function follow(who: Person, order: string) {
  for (const name of FEEDS) {
    const [query, variables] = subscriptionToEverything(name, variablesOf(order))
    const token = app.tokenOf(who)
    feeds.push([who, run('ws', stack.url, { query, variables, ...(token && { token }) })])
  }
}
const textsOf = (who: Person): string[] => [
  ...(answered.get(who) ?? []),
  ...feeds.filter(([of]) => of === who).map(([, { results, ended }]) => JSON.stringify({ results, ended })),
]

const command = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ... on Failure { message } } }`
const done = async (who: Person, name: string, type: string, input: object) => {
  const payload = await until(async () => {
    const answer = await app.mutate(who, command(name, type), { input })
    return answer.__typename.endsWith('Payload') && answer
  }, `${who} can ${name}`)
  return payload
}

/** The window of a store that begins next. */
async function soonest(store: string): Promise<string> {
  const query = 'query ($id: ID!) { store(id: $id) { deliveryDays(days: 3) { windows { windowId startsAt } } } }'
  type Days = { store: { deliveryDays: { windows: { windowId: string; startsAt: string }[] }[] } }
  const { data } = await app.as<Days>('lee', query, { id: store })
  const windows = data?.store.deliveryDays.flatMap((day) => day.windows) ?? []
  return windows.find(({ startsAt }) => Date.parse(startsAt) > Date.now() + 60_000)?.windowId ?? ''
}

let order: string
it('an order has its life, and three others end early', async () => {
  const placed = await app.place('lee', item, 2, secret)
  order = placed.order.id
  for (const who of ['lee', ...STRANGERS] as const) follow(who, order)
  await until(async () => (await app.entry('lee', order))?.timeline.some(({ fact }) => fact === 'StockReserved'))
  await readByAll(order)
  await app.stepWhenReady('bundang', 'receive', order)
  const { substituted } = REASONS
  await done('bundang', 'decorateOrder', 'DecorateOrderInput', { orderId: order, substituted })
  await done('bundang', 'refundPart', 'RefundPartInput', {
    orderId: order,
    refundKey: randomUUID(),
    amount: { amount: 5_000 },
    reason: REASONS.refunded,
  })
  await until(async () => (await app.step('rider', 'depart', `${order}`)).__typename.endsWith('Payload'), 'departed')
  const token = 'query ($id: ID!) { order(id: $id) { delivery { trackToken } } }'
  link = await until(async () => {
    const { data } = await app.as<{ order: { delivery: { trackToken: string } | null } }>('lee', token, { id: order })
    return data?.order.delivery?.trackToken
  }, 'there is a link')
  await readByAll(order)
  const deliveryId = idOf('Delivery', order)
  await done('rider', 'reportFailedAttempt', 'ReportFailedAttemptInput', {
    deliveryId,
    attempt: 1,
    reason: 'WRONG_ADDRESS',
    note: ATTEMPT_NOTE,
  })
  await entryBecomes(app, 'lee', order, 'DELIVERY_FAILED')
  await done('lee', 'correctRecipient', 'CorrectRecipientInput', { orderId: order, recipient: CORRECTED })
  const window = await soonest(item.store.id)
  await done('lee', 'requestRedelivery', 'RequestRedeliveryInput', { deliveryId, windowId: window })
  await readByAll(order)
  await done('jung', 'departForDelivery', 'DepartForDeliveryInput', { deliveryId, attempt: 2 })
  await readByAll(order)
  await done('jung', 'completeDelivery', 'CompleteDeliveryInput', { deliveryId, attempt: 2, proof: PROOF })
  await entryBecomes(app, 'lee', order, 'DELIVERED')
  await readByAll(order)

  const rejected = (await app.place('lee', item, 1, secret)).order.id
  await done('bundang', 'rejectOrder', 'RejectOrderInput', { orderId: rejected, reason: REASONS.rejected })
  const cancelled = (await app.place('lee', item, 1, secret)).order.id
  await done('lee', 'cancelOrder', 'CancelOrderInput', { orderId: cancelled, reason: REASONS.cancelled })
  await entryBecomes(app, 'lee', rejected, 'REJECTED')
  await entryBecomes(app, 'lee', cancelled, 'CANCELLED')
  const declined = await app.place('lee', item, 1, { ...secret, paymentToken: TOKEN })
  expect(declined).toMatchObject({ __typename: 'PaymentDeclined' })
  // Of requests at once with the same key only one is recorded: PostgreSQL refuses, and logs, what the others write.
  const idempotencyKey = randomUUID()
  const same = await Promise.all(
    Array.from({ length: 20 }, () => app.place('lee', item, 1, { ...secret, idempotencyKey })),
  )
  expect(new Set(same.map((answer) => answer.order.id)).size).toBe(1)
  await entryBecomes(app, 'lee', same[0]?.order.id ?? '', 'PAID')
  await readByAll(rejected)
})

it('nobody but the customer learns who has sent an anonymous order', async () => {
  const open = await app.place('hong', item, 1, { sender: { name: '알려진이', anonymous: false } })
  await readEverything('bundang', open.order.id)
  // What is there to be read is read.
  expect(found([SENDER, CUSTOMER, ...Object.values(RIBBON)], textsOf('lee'))).toHaveLength(4)
  expect(found(['알려진이', '홍길동', RIBBON.phrase, RECIPIENT.name], textsOf('bundang'))).toHaveLength(4)
  // Each rider reads the address of the own attempt, the first one also as it is corrected before another attempt is requested.
  expect(found([RECIPIENT.name, RECIPIENT.phone, ATTEMPT_NOTE], textsOf('rider'))).toHaveLength(3)
  expect(found([CORRECTED.name, CORRECTED.phone, PROOF.note], textsOf('jung'))).toHaveLength(3)
  expect(found([...Object.values(RECIPIENT), ATTEMPT_NOTE], textsOf('jung'))).toEqual([])
  for (const who of STRANGERS)
    expect({ who, found: found([SENDER, CUSTOMER], textsOf(who)) }).toEqual({ who, found: [] })
})

it('no fact, live message, outbox, parked fact or log line has any of the words', async () => {
  const portOf = async (name: string) => (await stack.processes()).find((each) => each.name === name)?.port ?? 0
  const secrets = secretsIn(join(stack.dataDir, 'secrets.json'))
  const nats = await connectNats(`nats://admin:${secrets('nats')}@127.0.0.1:${await portOf('nats')}`, 'test')
  const texts: Record<string, string[]> = {}
  for (const stream of ['FACTS', 'LIVE']) {
    const { first_seq: first, last_seq: last } = (await nats.manager.streams.info(stream)).state
    texts[stream] = []
    for (let seq = first; seq <= last; seq++) {
      const message = await nats.manager.streams.getMessage(stream, { seq })
      texts[stream].push(`${message.subject} ${message.string()}`)
    }
  }
  await nats.end()

  const server = `postgres://postgres:${secrets('postgres')}@127.0.0.1:${await portOf('postgres')}`
  const admin = new pg.Client(`${server}/postgres`)
  await admin.connect()
  const databases = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [DATABASE_PREFIX],
  )
  await admin.end()
  for (const { name } of databases.rows) {
    const client = new pg.Client(`${server}/${name}`)
    await client.connect()
    for (const table of ['outbox', 'live_outbox', 'parked', 'inbox', 'key_uses']) {
      if (!(await client.query('select to_regclass($1) as found', [table])).rows[0].found) continue
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${table} t`)
      texts[`${name}.${table}`] = rows.map(({ text }) => text)
    }
    await client.end()
  }
  for (const file of globSync('{logs,audit}/**', { cwd: stack.dataDir, withFileTypes: true })) {
    if (file.isFile()) texts[file.name] = [readFileSync(join(file.parentPath, file.name), 'utf8')]
  }

  // What is searched is there.
  const uuid = uuidOf(order)
  const present = {
    FACTS: uuid,
    LIVE: order,
    'flower_order.outbox': uuid,
    'order.log': 'serving',
  }
  for (const [where, word] of Object.entries(present)) {
    expect({ where, found: found([word], texts[where] ?? []) }).toEqual({ where, found: [word] })
  }
  const telling = Object.entries(texts).map(([where, all]) => ({ where, found: found([...PLANTED, link], all) }))
  expect(telling.filter(({ found }) => found.length > 0)).toEqual([])
})
