import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { pino } from 'pino'
import { createLogger } from '../log.ts'
import { relayFacts } from '../run-relay.ts'
import { type RelayRig, relayRig, TIMING, texts } from '../testing/relay-rig.ts'
import { until } from '../testing/until.ts'
import { type StreamSettings, streamOn } from './connection.ts'
import { consume } from './consume.ts'
import { ensureStream } from './keep-streams.ts'

const silent = createLogger('test')
silent.level = 'silent'

/** Two contexts that publish facts to one stream, and a consumer of both. */
let rig: RelayRig
let other: RelayRig
let settings: StreamSettings
let running: { stop(): Promise<void> }[]
/** What the consumer handled, in order. */
let handled: string[]
/** The lines that the relays logged. */
let logged: { msg: string; lost?: number; withheld?: number; limits?: string }[]

beforeEach(async () => {
  ;[rig, other] = await Promise.all([relayRig(), relayRig()])
  settings = { ...rig.stream, subjects: [`${rig.prefix}.>`, `${other.prefix}.>`] }
  await rig.keep(settings)
  ;[running, handled, logged] = [[], [], []]
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) })
  for (const { url } of [rig, other]) running.push(relayFacts(url, streamOn(rig.nats, settings), log, TIMING))
})
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()))
  await Promise.all([rig.end(), other.end()])
})

const streams = () => rig.nats.manager.streams
const state = async () => (await streams().info(settings.name)).state
const startConsumer = () => {
  const handle = async (wire: unknown) => void handled.push((wire as { text: string }).text)
  const options = {
    name: 'florist',
    subjects: settings.subjects,
    handle,
    isTransient: () => false,
    park: async () => {},
  }
  const consumer = consume(rig.nats, options, silent, settings)
  running.push(consumer)
  return consumer
}
/** Creates the consumer and stops it, so that facts published from now on wait for it. */
const createStoppedConsumer = async () => {
  await ensureStream(rig.nats, settings)
  const consumer = startConsumer()
  await until(() => rig.nats.manager.consumers.info(settings.name, 'florist'))
  await consumer.stop()
}
const publish = async (context: RelayRig, ...added: string[]) => {
  await context.addFacts(...added)
  await context.allFactsPublished()
}
/** The messages in the stream. */
const kept = async () => {
  const { first_seq, last_seq } = await state()
  const all = Array.from({ length: last_seq - first_seq + 1 }, (_, index) =>
    streams().getMessage(settings.name, { seq: first_seq + index }),
  )
  const found = (await Promise.allSettled(all)).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  return found.map((message) => message.json<{ text: string }>().text)
}
/** Resolves when both relays have compared outbox and stream again and had nothing to publish. */
const untilReconciled = () =>
  until(async () => {
    const before = (await state()).last_seq
    const info = jest.spyOn(rig.nats.manager.streams, 'info')
    await until(() => info.mock.calls.length > 6)
    info.mockRestore()
    return (await state()).last_seq === before && (await rig.unpublished()) + (await other.unpublished()) === 0
  })
const warnings = (word: string) => logged.filter(({ msg }) => msg.includes(word))

describe('facts that were removed from the stream before they were consumed', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['all, by a purge', () => streams().purge(settings.name)],
    ['the oldest, by a purge', () => streams().purge(settings.name, { seq: 4 })],
    ['one from the middle', () => streams().deleteMessage(settings.name, 2)],
    ['the newest', () => streams().deleteMessage(settings.name, 8)],
    ['those of one subject', () => streams().purge(settings.name, { filter: `${rig.prefix}.a` })],
    ['all, with the stream', () => streams().delete(settings.name)],
  ])('%s: are consumed all the same', async (_, remove) => {
    await createStoppedConsumer()
    await publish(rig, ...texts('a', 1, 4))
    await publish(other, ...texts('b', 1, 4))
    await remove()
    startConsumer()
    await until(() => new Set(handled).size === 8)
    await untilReconciled()
    expect((await kept()).toSorted()).toEqual([...texts('a', 1, 4), ...texts('b', 1, 4)])
  })

  it('are logged once by each context that has lost some', async () => {
    await createStoppedConsumer()
    await publish(rig, 'a1', 'a2', 'a3')
    await streams().deleteMessage(settings.name, 2)
    await until(() => warnings('lost').length)
    await untilReconciled()
    expect(warnings('lost')).toMatchObject([{ lost: 1 }])
  })

  it('are published again in the order of their keys, before later ones', async () => {
    await createStoppedConsumer()
    await publish(rig, ...texts('a', 1, 300))
    await running.shift()?.stop() // A later relay publishes what is added meanwhile.
    await streams().purge(settings.name)
    await rig.addFacts(...texts('a', 301, 310))
    running.push(relayFacts(rig.url, streamOn(rig.nats, settings), silent, TIMING))
    await rig.allFactsPublished()
    expect(await kept()).toEqual(texts('a', 1, 310))
  })

  it('are consumed even if they are removed repeatedly while more are published', async () => {
    await createStoppedConsumer()
    for (let round = 0; round < 3; round++) {
      await publish(rig, ...texts('a', round * 20 + 1, round * 20 + 10))
      await rig.addFacts(...texts('a', round * 20 + 11, round * 20 + 20))
      await streams().purge(settings.name)
    }
    startConsumer()
    await until(() => new Set(handled).size === 60)
    await untilReconciled()
    expect(new Set(await kept())).toEqual(new Set(texts('a', 1, 60)))
  })
})

describe('a limit that an operator has set', () => {
  const limit = (limits: object) => streams().update(settings.name, limits)

  it('that removes facts: each is published again once, and after a second removal when the limit is gone', async () => {
    await createStoppedConsumer()
    await publish(rig, ...texts('a', 1, 10))
    await publish(other, ...texts('b', 1, 10))
    await limit({ max_msgs: 5 })
    await until(() => warnings('once').length === 2)
    await untilReconciled()
    expect((await state()).messages).toBe(5)
    expect((await state()).last_seq).toBeLessThanOrEqual(40)
    expect(warnings('once')).toMatchObject([{ limits: 'max_msgs 5' }, { limits: 'max_msgs 5' }])
    await limit({ max_msgs: -1 })
    await until(async () => new Set(await kept()).size === 20)
    await untilReconciled()
    expect((await kept()).toSorted()).toEqual([...texts('a', 1, 10), ...texts('b', 1, 10)].toSorted())
    startConsumer()
    await until(() => new Set(handled).size === 20)
  })

  it('that refuses facts makes them wait in the outbox until there is room', async () => {
    await publish(rig, 'a1')
    await limit({ max_msgs: 1, discard: 'new' })
    await until(() => warnings('when it is full').length === 2)
    await rig.addFacts('a2')
    expect(warnings('when it is full')).toMatchObject([{ limits: 'max_msgs 1' }, { limits: 'max_msgs 1' }])
    await limit({ max_msgs: -1 })
    await until(async () => (await kept()).length === 2)
  })
})
