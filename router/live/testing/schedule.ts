import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import { createDeliveryContext } from '../delivery/context.ts'
import type { CursorPosition } from '../delivery/cursor.ts'
import { deliverUpdates } from '../delivery/deliver-updates.ts'
import type { Subscription, Update } from '../types.ts'
import { createInMemoryLive } from './in-memory-live.ts'

/** The updates that a subscriber got over all its connections; `problem` is the first violation. */
type History = {
  lines: string[]
  problem: string | null
  last: Map<string, number>
  /** Entities delivered since the last GAP, which are all that a client shows. Each of their changes must be delivered, or a SNAPSHOT. */
  deliveredSinceGap: Set<string>
}

const PATTERNS = [['live.news.open.*', 'live.news.ann.*'], ['live.news.ann.*'], ['live.news.ann.e1']]

/** Pseudo-random numbers from 0 to 1, reproducible by the seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Runs one subscriber through a random schedule, in which everything asynchronous ends in any order. Returns the violation of
 * the promises to the subscriber, or what is left behind; null if there is none.
 */
export async function runSchedule(seed: number, log: Logger, steps = 70): Promise<string | null> {
  const random = randomOf(seed)
  const below = (count: number) => Math.floor(random() * count)
  const gates: { pass(): void; fail(): void }[] = []
  let isCalm = false
  const gate = () =>
    isCalm || random() < 0.3
      ? Promise.resolve()
      : new Promise<void>((pass, reject) => gates.push({ pass, fail: () => reject(new Error('NATS is away.')) }))
  const live = createInMemoryLive(gate)
  let timers: (() => void)[] = []
  const schedule = (_: number, then: () => void) => {
    timers.push(then)
    return () => {
      timers = timers.filter((timer) => timer !== then)
    }
  }
  const patterns = PATTERNS[below(PATTERNS.length)] ?? []
  const isNamed = patterns.some((pattern) => pattern.endsWith('e1'))
  const timing = { sourceTimeoutMs: 1_000, repeatMs: 1, retryMs: 1, schedule }
  const routers = [live.router(log), live.router(log)].map(({ hub, receiveNext }) => ({
    hub,
    receiveNext,
    following: createDeliveryContext({ hub, reader: live.source, log, timing, maxReads: 1 + below(2) }),
  }))
  const history: History = { lines: [], problem: null, last: new Map(), deliveredSinceGap: new Set() }
  let cursor: CursorPosition | null = null
  let connection: Subscription | null = null
  let isReady = true

  const connect = () => {
    const router = routers[below(2)]
    if (!router || connection) return
    history.lines.push(`connects, ${JSON.stringify(cursor)}`)
    let isCut = false
    let isFirst = true
    const record = (update: Update, created: string) => {
      if (isCut) return
      if (isFirst && cursor === null && update.kind !== 'GAP') history.problem ??= 'the first update is no GAP'
      isFirst = false
      checkUpdate(history, update, live.wasVisible)
      cursor = { created, sequence: update.resume }
    }
    const deliver = (update: Update, created: string) => {
      if (isCalm || random() < 0.5) return void record(update, created)
      return new Promise<void>((pass) => gates.push({ pass, fail: pass })).then(() => record(update, created))
    }
    const failed = (error: unknown) => {
      history.problem = String(error)
    }
    const options = { patterns, after: cursor, isReady: () => isReady, deliver: deliver as never, failed }
    const subscription = deliverUpdates(router.following, options)
    connection = {
      drained: subscription.drained,
      stop: () => {
        isCut = true
        subscription.stop()
      },
    }
  }
  const cut = () => {
    if (!connection) return
    history.lines.push('is cut')
    connection.stop()
    connection = null
  }
  const change = () => {
    const entity = `e${below(4)}`
    const revision = (live.sourceStates.get(entity)?.revision ?? 0) + 1
    const isOpenFeed = patterns.length === 2 && revision === 1
    live.commit(entity, `live.news.${isOpenFeed ? 'open' : 'ann'}.${entity}`, random() < 0.7)
  }
  const repeat = (action: () => unknown, count: number) => {
    for (let index = 0; index < count; index++) action()
  }
  /** More changes than may wait for a slow subscriber. */
  const flood = () => {
    repeat(change, 80)
    while (live.relay());
    for (const router of routers) while (router.receiveNext());
  }
  const ready = () => {
    isReady = true
    connection?.drained()
  }
  const actions: [number, () => void][] = [
    [16, change],
    [16, () => repeat(live.relay, 1 + below(3))],
    [1, flood],
    [4, () => live.republish(1 + below(4))],
    [24, () => repeat(() => routers[below(2)]?.receiveNext(), 1 + below(4))],
    [24, () => gates.splice(below(gates.length), 1)[0]?.pass()],
    [2, () => gates.splice(below(gates.length), 1)[0]?.fail()],
    [6, () => timers.splice(below(timers.length), 1)[0]?.()],
    [8, connect],
    [4, cut],
    [5, () => live.retain(below(12))],
    [1, () => live.wipe()],
    [3, () => live.setSourceUp(random() < 0.6)],
    [4, () => (isReady = false)],
    [6, ready],
  ]
  const weight = actions.reduce((sum, [share]) => sum + share, 0)

  if (random() < 0.3) live.setSourceUp(false)
  repeat(change, below(5))
  repeat(live.relay, below(5))
  for (const router of routers) if (random() < 0.8) router.receiveNext()
  connect()
  for (let step = 0; step < steps && !history.problem; step++) {
    let at = random() * weight
    const [, act] = actions.find(([share]) => {
      at -= share
      return at < 0
    }) ?? [0, connect]
    act()
    await settle()
  }

  // Without further disturbances the last delivered state must be the current one.
  isCalm = true
  live.setSourceUp(true)
  connect()
  for (let round = 0; round < 12; round++) {
    while (live.relay());
    for (const router of routers) while (router.receiveNext());
    for (const { pass } of gates.splice(0)) pass()
    await settle()
    for (const timer of timers.splice(0)) timer()
    ready()
    await settle()
  }
  const violation = history.problem ?? findStaleState(history, live.sourceStates, isNamed)
  cut()
  await settle()
  const counts = routers.map(({ hub, following }) => [
    hub.counts(),
    following.streamReads.count(),
    following.snapshotRequests.pending(),
  ])
  const leftover = JSON.stringify([counts, timers.length])
  if (!violation && /[1-9]/.test(leftover)) return `seed ${seed}: something is left behind: ${leftover}`
  return violation && [`seed ${seed}: ${violation}`, ...history.lines].join('\n  ')
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 24; turn++) await null
}

/** Checks an update against those that the subscriber got before. */
function checkUpdate(history: History, { kind, entry, resume }: Update, wasVisible: (entry: LiveEntry) => boolean) {
  history.lines.push(`${kind} ${entry?.entity ?? ''} ${entry?.revision ?? ''} (${resume})`)
  if (!entry) return history.deliveredSinceGap.clear()
  const { entity, revision } = entry
  const last = history.last.get(entity) ?? 0
  if (revision < last) history.problem ??= `${entity} goes back to an earlier revision`
  if (history.deliveredSinceGap.has(entity) && revision === last) history.problem ??= `${entity} is delivered twice`
  if (kind === 'CHANGE' && history.deliveredSinceGap.has(entity) && revision > last + 1)
    history.problem ??= `${entity}: a change is missed without SNAPSHOT`
  const isFirst = kind === 'CHANGE' && !history.deliveredSinceGap.has(entity) && last !== revision - 1
  if (isFirst && wasVisible(entry)) history.problem ??= `${entity} should have been in the snapshot`
  history.last.set(entity, revision)
  history.deliveredSinceGap.add(entity)
}

function findStaleState(
  history: History,
  sourceStates: Map<string, { revision: number; open: boolean }>,
  isNamed: boolean,
): string | null {
  for (const [entity, { revision, open }] of sourceStates) {
    if (isNamed && entity !== 'e1') continue
    const delivered = history.last.get(entity)
    const isShown = history.deliveredSinceGap.has(entity)
    if ((open || isNamed) && !isShown) return `${entity} is not shown after the last GAP`
    if (isShown && delivered !== revision) return `${entity} is at ${revision}, but ${delivered} was delivered last`
  }
  return null
}
