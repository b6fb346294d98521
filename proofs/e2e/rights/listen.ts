import { until } from '../../../chassis/testing/until.ts'
import { type LiveUpdateFields, refusalOf, run, updatesOf, type Watching } from '../watching.ts'
import { type Fields, isOfAnother, operation, refusal, type Signs, signsOf, wholeOf } from './look.ts'
import { ARGUMENTS } from './places.ts'
import type { Asker, Scene } from './scene.ts'

type Update = LiveUpdateFields & Fields
type Feed = Watching<Record<string, Update | null>>

const ASKERS: Asker[] = ['nobody', 'lee', 'hong', 'kj', 'bundang', 'rider', 'jung', 'machine', 'bookkeeping']
/** By which type of update each is told. */
export const FEEDS = {
  MyPageUpdate: 'myPageUpdated',
  StoreOrderUpdate: 'storeOrderUpdated',
  DeliveryUpdate: 'deliveryUpdated',
}
export type UpdateType = keyof typeof FEEDS
const UPDATE_TYPES = Object.keys(FEEDS) as UpdateType[] // its keys are typed so

/** What each was told live of an order: the sign of the subscription itself, and those of each update's fields. */
export type Heard = (who: Asker, type: UpdateType, order: string) => { sign: string; updates: Signs[] }

/**
 * Has everyone subscribe to everything about the departed order (riders to what there is), then its rider complete it;
 * resolves when those who must hear of that have heard.
 */
export async function listen({ stack, app, orders, variables, tokenOf }: Scene): Promise<Heard> {
  const feeds = new Map<string, Feed>()
  for (const type of UPDATE_TYPES) {
    const field = FEEDS[type]
    const args = ARGUMENTS[`Subscription.${field}`]
    const selection = `${field}${args ? `(${args})` : ''} ${wholeOf(type)}`
    const known = { ...variables, order: orders.departed }
    const [query, used] = operation(`subscription { ${selection} }`, known)
    for (const who of ASKERS) {
      const token = tokenOf(who)
      feeds.set(`${who} ${type}`, run('ws', stack.url, { query, variables: used, ...(token && { token }) }))
    }
  }
  const of = (who: Asker, type: UpdateType): Feed => feeds.get(`${who} ${type}`) as Feed // one for each, as made above
  const told = (who: Asker, type: UpdateType, order: string) =>
    updatesOf(of(who, type)).filter((update) => !isOfAnother(update, order))

  const hearing = [
    ['lee', 'MyPageUpdate'],
    ['kj', 'StoreOrderUpdate'],
    ['rider', 'DeliveryUpdate'],
  ] as const
  const allHear = (times: number) =>
    until(() => hearing.every(([who, type]) => told(who, type, orders.departed).length >= times))
  await allHear(1)
  await until(() => (['rider', 'jung'] as const).every((who) => told(who, 'DeliveryUpdate', orders.waiting).length))
  await app.stepOnceThere('rider', 'complete', orders.departed)
  await allHear(2)

  const refusals = new Map<Feed, string>()
  for (const feed of feeds.values()) {
    const isRefused = feed.ended !== null || feed.results.some(({ errors }) => errors)
    if (isRefused) refusals.set(feed, refusal((await refusalOf(feed))[0], 'a subscription'))
    await feed.stop()
  }
  return (who, type, order) => {
    const updates = told(who, type, order).map((update) => signsOf(type, update, () => undefined))
    return { sign: refusals.get(of(who, type)) ?? (updates.length ? '✓' : '–'), updates }
  }
}
