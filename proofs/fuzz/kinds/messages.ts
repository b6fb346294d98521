import { type FactName, keyOf, subjectOf } from '../../../schema/events/facts.ts'
import { sampleOf, samples } from '../../contracts/testing/samples.ts'
import type { Random } from '../../simulation/random.ts'
import type { Json } from '../json.ts'
import { type Kind, serverErrorIn } from '../kind.ts'
import { oddJson, oddString, oddText, oddValue } from '../odd.ts'
import { FEEDS } from '../seeds.ts'

/** A NATS message to a context or a feed (`to`). */
type Message = { to: string; subject: string; text: string }

/** A valid fact that every context handles in any state. */
const GOOD = JSON.stringify(sampleOf('StoreRegistered'))
const subjectOfSample = (type: FactName) => subjectOf(type, keyOf(sampleOf(type)))
const CONSUMERS = ['order', 'payment', 'item', 'store', 'delivery', 'my-page']
const oddMessage = (random: Random, message: Json): string => {
  const text = JSON.stringify(oddJson(random, message, 1 + random.below(4)))
  if (random.chance(0.8)) return text
  return random.chance(0.5)
    ? oddString(random, text)
    : random.pick([oddText(random), JSON.stringify(oddValue(random)), ''])
}

/** Facts to a context: those that it cannot handle must be parked, and the next one must be handled. */
export const facts: Kind<Message> = {
  name: 'facts',
  share: 8,
  expected: /a fact is parked/,
  create: (random) => {
    const wire = random.pick(samples).wire as Json & { type: FactName }
    const subject = random.chance(0.9) ? subjectOfSample(wire.type) : `facts.${oddText(random).slice(0, 50)}`
    return { to: random.pick(CONSUMERS), subject, text: oddMessage(random, wire) }
  },
  run: async ({ to, subject, text }, lab) => {
    await lab.facts.deliver(to, subject, text)
    const settled = await lab.facts.deliver(to, subjectOfSample('StoreRegistered'), GOOD)
    return settled === 'acknowledged' ? null : 'a valid fact is no longer handled'
  },
}

/** Messages on LIVE, with subscriptions to fields that they lack: the subscriptions must get the next message. */
export const live: Kind<Message> = {
  name: 'live',
  share: 8,
  expected: /not a valid live message: it is skipped/,
  create: (random) => {
    const to = random.pick(Object.keys(FEEDS))
    const { subject = '', message = {} } = FEEDS[to] ?? {}
    return { to, subject: random.chance(0.9) ? subject : oddString(random, subject), text: oddMessage(random, message) }
  },
  run: async ({ to, subject, text }, lab) => {
    const good = FEEDS[to]
    if (!good) throw new Error(`There is no feed ${to}.`)
    lab.watcher.take()
    lab.feed.publish(subject, text)
    const { id, ...next } = lab.newMessage(good)
    lab.feed.publish(next.subject, next.text)
    // Messages are delivered in order, so the first one's result has arrived before the second's.
    const outcome = await lab.watcher.receives(to, id)
    if (outcome === 'ended') return `a subscription has ended: ${JSON.stringify(lab.watcher.take()).slice(0, 500)}`
    return serverErrorIn(JSON.stringify(lab.watcher.take()))
  },
}
