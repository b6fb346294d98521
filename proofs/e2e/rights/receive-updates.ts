import { until } from '../../../chassis/testing/until.ts'
import { type LiveUpdateFields, type RunningOperation, refusalOf, run, updatesOf } from '../subscriptions.ts'
import type { Fixture, Reader } from './fixture.ts'
import { ARGUMENTS } from './paths.ts'
import { type Fields, isOfOtherOrder, operation, refusal, type Signs, selectAll, signsOf } from './read-fields.ts'

type Update = LiveUpdateFields & Fields
type Feed = RunningOperation<Record<string, Update | null>>

const READERS: Reader[] = ['nobody', 'lee', 'hong', 'kj', 'bundang', 'rider', 'jung', 'machine', 'bookkeeping']
/** The subscription field of each type of update. */
export const FEEDS = {
  MyPageUpdate: 'myPageUpdated',
  StoreOrderUpdate: 'storeOrderUpdated',
  DeliveryUpdate: 'deliveryUpdated',
}
export type UpdateType = keyof typeof FEEDS
const UPDATE_TYPES = Object.keys(FEEDS) as UpdateType[] // the keys of FEEDS

/** What a reader received about an order: the sign of the subscription itself, and those of each update's fields. */
export type LiveRights = (who: Reader, type: UpdateType, order: string) => { sign: string; updates: Signs[] }

/**
 * Subscribes every reader to every feed, with arguments for the departed order. Then its rider completes it. Resolves when
 * those who must receive that update have received it.
 */
export async function receiveUpdates({ stack, app, orders, variables, tokenOf }: Fixture): Promise<LiveRights> {
  const feeds = new Map<string, Feed>()
  for (const type of UPDATE_TYPES) {
    const field = FEEDS[type]
    const args = ARGUMENTS[`Subscription.${field}`]
    const selection = `${field}${args ? `(${args})` : ''} ${selectAll(type)}`
    const known = { ...variables, order: orders.departed }
    const [query, used] = operation(`subscription { ${selection} }`, known)
    for (const who of READERS) {
      const token = tokenOf(who)
      feeds.set(`${who} ${type}`, run('ws', stack.url, { query, variables: used, ...(token && { token }) }))
    }
  }
  const feedOf = (who: Reader, type: UpdateType): Feed => feeds.get(`${who} ${type}`) as Feed // has one for each reader and type
  const updatesAbout = (who: Reader, type: UpdateType, order: string) =>
    updatesOf(feedOf(who, type)).filter((update) => update.kind !== 'GAP' && !isOfOtherOrder(update, order))

  const receivers = [
    ['lee', 'MyPageUpdate'],
    ['kj', 'StoreOrderUpdate'],
    ['rider', 'DeliveryUpdate'],
  ] as const
  const allReceive = (count: number) =>
    until(() => receivers.every(([who, type]) => updatesAbout(who, type, orders.departed).length >= count))
  await allReceive(1)
  await until(() =>
    (['rider', 'jung'] as const).every((who) => updatesAbout(who, 'DeliveryUpdate', orders.waiting).length),
  )
  await app.stepWhenReady('rider', 'complete', orders.departed)
  await allReceive(2)

  const refusals = new Map<Feed, string>()
  for (const feed of feeds.values()) {
    const isRefused = feed.ended !== null || feed.results.some(({ errors }) => errors)
    if (isRefused) refusals.set(feed, refusal((await refusalOf(feed))[0], 'a subscription'))
    await feed.stop()
  }
  return (who, type, order) => {
    const updates = updatesAbout(who, type, order).map((update) => signsOf(type, update, () => undefined))
    return { sign: refusals.get(feedOf(who, type)) ?? (updates.length ? '✓' : '–'), updates }
  }
}
