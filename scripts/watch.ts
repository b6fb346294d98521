// npm run watch -- NAME: prints a demo user's live updates. live-client.ts shows how an app follows a feed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from './client.ts'
import { commandLine } from './command-line.ts'
import { followFeed, type LiveUpdate, Refused } from './live-client.ts'
import { demoToken } from './token.ts'
import { overdueLine } from './watch/overdue.ts'
import { type Promised, timeOf, windowOf } from './watch/times.ts'

const PROMISE = 'promise { startsAt endsAt timeZone }'
const MY_PAGE = `subscription ($after: LiveCursor) { myPageUpdated(after: $after) { kind cursor
  entry { id summary storeName orderStatus paymentStatus deliveryStatus ${PROMISE}
    refunded { amount } timeline { fact attempt } } } }`
const STORE = `subscription ($store: ID!, $after: LiveCursor) { storeOrderUpdated(storeId: $store, after: $after) { kind cursor
  storeOrder { id status rejectionReason rejectionCause acceptBy substituted ${PROMISE} refunded { amount }
    order { lines { name quantity } ribbon { phrase from } } } } }`
const DELIVERIES = `subscription ($after: LiveCursor) { deliveryUpdated(after: $after) { kind cursor
  delivery { id status ${PROMISE} rider { name } attempt attempts { reason } district recipient { address } } } }`

type Won = { amount: number }
type Entry = {
  id: string
  summary: string
  storeName: string
  promise: Promised | null
  refunded: Won
  timeline: { fact: string; attempt: number | null }[]
} & Record<'orderStatus' | 'paymentStatus' | 'deliveryStatus', string | null>
type StoreOrder = {
  id: string
  status: string
  rejectionReason: string | null
  rejectionCause: string | null
  acceptBy: string | null
  substituted: string | null
  promise: Promised | null
  refunded: Won
  order: { lines: { name: string; quantity: number }[]; ribbon: { phrase: string; from: string | null } | null } | null
}
type Delivery = {
  id: string
  status: string
  promise: Promised | null
  rider: { name: string } | null
  attempt: number
  attempts: { reason: string | null }[]
  district: string | null
  recipient: { address: string } | null
}
type Me = { me: { name: string; roles: string[]; stores: { id: string; name: string }[] | null } | null }

/** As often as the metrics are counted anew. */
const OVERDUE_EVERY_MS = 15_000

const dataDir = process.env.DATA_DIR ?? '.data'
const [login = ''] = commandLine('watch').positionals
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

try {
  const { data } = await ask<Me>(routers('http')[0] ?? '', '{ me { name roles stores { id name } } }', {
    token: await token(),
  })
  const { roles = [], stores } = data?.me ?? {}
  console.error(`Watching what moves for ${login}; Ctrl-C ends it.`)
  await Promise.all([
    ...(roles.includes('CUSTOMER') ? [watch(MY_PAGE, {}, entryLine)] : []),
    ...(stores ?? []).map(({ id, name }) =>
      watch<{ storeOrder: StoreOrder | null }>(STORE, { store: id }, (update) => storeOrderLine(update, name)),
    ),
    ...(roles.includes('RIDER') ? [watch(DELIVERIES, {}, deliveryLine)] : []),
    watchOverdue(),
  ])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
  stopping.abort() // The other feeds would go on for ever.
}

/** Prints what waits too long in the whole system whenever that changes, where metrics are on (docs/metrics.md). */
async function watchOverdue(): Promise<void> {
  let before = ''
  while (!stopping.signal.aborted) {
    const waiting = await overdueLine(dataDir, stopping.signal)
    if (waiting !== before) say(`! waits too long: ${waiting || 'nothing any more'}`)
    before = waiting
    await delay(OVERDUE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
  }
}

/** Prints a line for each update until Ctrl-C. */
function watch<Fields>(query: string, variables: object, lineOf: (update: LiveUpdate<Fields>) => string) {
  let isFirst = true
  return followFeed<Fields>(
    {
      urls: routers('ws'),
      token,
      query,
      variables: { ...variables },
      update: (update) => {
        if (update.kind !== 'GAP') say(lineOf(update))
        else if (!isFirst) say('… what was missed is not kept any more; so it stands:')
        isFirst = false
      },
      disconnected: (reason) => say(`… ${reason}; connecting again`),
    },
    stopping.signal,
  )
}

function entryLine({ kind, entry }: LiveUpdate<{ entry: Entry | null }>): string {
  if (!entry) return ''
  const { orderStatus, paymentStatus, deliveryStatus, timeline } = entry
  const states = [
    orderStatus,
    paymentStatus && `payment ${paymentStatus}`,
    returned(entry.refunded),
    deliveryStatus && `delivery ${deliveryStatus}`,
  ]
  const what = `${entry.storeName}: ${entry.summary}`
  const last = timeline.at(-1)
  const note = last && `${last.fact}${last.attempt === 2 ? ' again' : ''}`
  return line(kind, entry.id, [what, promised(entry)], states, note)
}

function storeOrderLine({ kind, storeOrder }: LiveUpdate<{ storeOrder: StoreOrder | null }>, store: string): string {
  if (!storeOrder) return ''
  const { id, status, order, promise, acceptBy, substituted, refunded, rejectionReason, rejectionCause } = storeOrder
  const lines = order?.lines.map(({ name, quantity }) => `${name} × ${quantity}`).join(', ') ?? ''
  const ribbon = order?.ribbon ? `ribbon ${[order.ribbon.phrase, order.ribbon.from].filter(Boolean).join(' / ')}` : null
  const states = [
    status,
    acceptBy && promise && `accept by ${timeOf(acceptBy, promise.timeZone)}`,
    substituted && `instead: ${substituted}`,
    returned(refunded),
  ]
  return line(kind, id, [`${store}: ${lines}`, ribbon, promised(storeOrder)], states, rejectionReason ?? rejectionCause)
}

function promised({ promise }: { promise: Promised | null }): string | null {
  return promise && `for ${windowOf(promise)}`
}

function returned({ amount }: Won): string | null {
  return amount ? `${amount.toLocaleString('en')} refunded` : null
}

function deliveryLine({ kind, delivery }: LiveUpdate<{ delivery: Delivery | null }>): string {
  if (!delivery) return ''
  const { status, attempt, attempts, district, recipient, rider } = delivery
  const elsewhere = status === 'DEPARTED' && !rider ? 'taken by another rider' : null
  const to = recipient?.address ?? elsewhere ?? (district && `postal code ${district}…`)
  const failed = attempts.flatMap(({ reason }) => reason ?? []).join(', ')
  const states = [status, attempt > 1 ? 'attempt 2' : null]
  return line(kind, delivery.id, [to, promised(delivery)], states, [rider?.name, failed].filter(Boolean).join('; '))
}

type Texts = (string | null)[]

/** `* …c0b1 KJSHOP: 장미 한바구니 × 1, for Fri 8 May 09:00–12:00  PAID · payment APPROVED  (Paid)`; `*` marks a change. */
function line(kind: string, id: string, what: Texts, states: Texts, note?: string | null): string {
  const mark = kind === 'CHANGE' ? '*' : ' '
  const [of, state] = [what.filter(Boolean).join(', '), states.filter(Boolean).join(' · ')]
  return `${mark} …${id.slice(-4)} ${of}  ${state}${note ? `  (${note})` : ''}`
}

function say(text: string): void {
  console.log(`${new Date().toLocaleTimeString('sv')} ${text}`)
}

/** The URLs of the running routers, by processes.json. */
function routers(protocol: 'http' | 'ws'): string[] {
  try {
    const processes = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as {
      name: string
      port: number
    }[]
    return processes
      .filter(({ name }) => name === 'router')
      .map(({ port }) => `${protocol}://127.0.0.1:${port}/graphql`)
  } catch {
    return []
  }
}

async function token(): Promise<string> {
  const answer = await demoToken(login, dataDir)
  if ('problem' in answer) throw new Refused(answer.problem)
  return answer.token
}
