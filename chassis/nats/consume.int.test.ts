import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createLogger } from '../log.ts'
import { testStream } from '../testing/streams.ts'
import { until } from '../testing/until.ts'
import { type ConsumerOptions, consume } from './consume.ts'
import { ensureStream } from './keep-streams.ts'

const log = createLogger('test')
log.level = 'silent'
/** Long enough that no slow machine causes a redelivery. */
const TIMING = { ackWaitMs: 600_000, backOffMs: 20 }
/** For redeliveries after the ack deadline. */
// real time: on a slow machine a fact is redelivered, which these tests allow for
const SOON = { ...TIMING, ackWaitMs: 600 }

let rig: Awaited<ReturnType<typeof testStream>>
const consumers: { stop(): Promise<void> }[] = []
/** The texts of the facts that any consumer handled, in order. */
let handled: string[]
let parked: Parameters<ConsumerOptions['park']>[0][]

const textOf = (wire: unknown) => (wire as { text: string }).text
const start = (options: Partial<ConsumerOptions> = {}, timing = TIMING) => {
  const consumer = consume(
    rig.nats,
    {
      name: 'florist',
      subjects: [`${rig.prefix}.*.*`],
      handle: async (wire) => void handled.push(textOf(wire)),
      isTransient: () => false,
      park: async (fact) => void parked.push(fact),
      ...options,
    },
    log,
    rig.stream,
    timing,
  )
  consumers.push(consumer)
  return consumer
}
/** `a1` is the first fact of the key a. */
const publish = async (...texts: string[]) => {
  for (const text of texts)
    await rig.nats.jetstream.publish(`${rig.prefix}.Said.${text[0]}`, JSON.stringify({ id: `id of ${text}`, text }))
}
const texts = (key: string, to: number) => Array.from({ length: to }, (_, index) => `${key}${index + 1}`)
const ofKey = (key: string) => handled.filter((text) => text.startsWith(key))
const pending = async () => {
  const { num_ack_pending, num_pending } = await rig.nats.manager.consumers.info(rig.stream.name, 'florist')
  return num_ack_pending + num_pending
}
const allIsSettled = () => until(async () => (await pending()) === 0)

beforeEach(async () => {
  handled = []
  parked = []
  rig = await testStream()
  await ensureStream(rig.nats, rig.stream)
})
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()))
  await rig.end()
})

describe('a consumer gets', () => {
  it('facts published before it was created, and later ones; only of its subjects', async () => {
    await publish('a1')
    await rig.nats.jetstream.publish(`${rig.prefix}.elsewhere`, '{}')
    start()
    await until(() => handled.length === 1)
    await publish('a2')
    await until(() => handled.length === 2)
    expect(handled).toEqual(['a1', 'a2'])
    await allIsSettled()
  })

  it('facts of one key in order, of different keys concurrently', async () => {
    const othersAreDone = Promise.withResolvers<void>()
    start({
      handle: async (wire) => {
        if (textOf(wire) === 'a1') await othersAreDone.promise
        handled.push(textOf(wire))
        if (textOf(wire) === 'b12') othersAreDone.resolve()
      },
    })
    await publish(...texts('a', 12), ...texts('b', 12))
    await until(() => handled.length === 24)
    expect(ofKey('a')).toEqual(texts('a', 12))
    expect(ofKey('b')).toEqual(texts('b', 12))
  })

  it('a fact again that it failed to handle, until it succeeds; then never again', async () => {
    let tries = 0
    start({
      handle: async (wire) => {
        tries += 1
        if (tries < 4) throw new Error('not now')
        handled.push(textOf(wire))
      },
    })
    await publish('a1')
    await until(() => handled.length === 1)
    await allIsSettled()
    expect([tries, parked]).toEqual([4, []])
  })

  it('no slow fact again, nor one that waits behind it: their ack deadlines are extended', async () => {
    const extensions = new Map<string, number>()
    rig.nats.connection.subscribe(`$JS.ACK.${rig.stream.name}.florist.>`, {
      callback: (_, { subject, data }) => {
        if (new TextDecoder().decode(data) === '+WPI') extensions.set(subject, (extensions.get(subject) ?? 0) + 1)
      },
    })
    const release = Promise.withResolvers<void>()
    const handle = async (wire: unknown) => {
      await release.promise
      handled.push(textOf(wire))
    }
    start({ handle }, SOON)
    await publish('a1', 'a2')
    await until(() => extensions.size >= 2 && [...extensions.values()].every((times) => times >= 4))
    release.resolve()
    await allIsSettled()
    expect(handled).toEqual(expect.arrayContaining(['a1', 'a2']))
  })

  it('the facts that a dead replica had fetched', async () => {
    await start({}, SOON).stop() // creates the consumer
    const dead = await rig.nats.jetstream.consumers.get(rig.stream.name, 'florist')
    await publish('a1', 'a2')
    const fetched = await dead.fetch({ max_messages: 2, expires: 60_000 })
    let count = 0
    for await (const _ of fetched) count += 1
    expect(count).toBe(2)
    start({}, SOON)
    await until(() => new Set(handled).size === 2)
  })

  it('each fact in one of its replicas', async () => {
    const [one, other] = [new Set<string>(), new Set<string>()]
    for (const replica of [one, other]) start({ handle: async (wire) => void replica.add(textOf(wire)) })
    await until(async () => (await rig.nats.manager.consumers.info(rig.stream.name, 'florist')).num_waiting === 2)
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap((key) => texts(key, 30))
    await publish(...all)
    await until(() => one.size + other.size === all.length)
    expect(new Set([...one, ...other]).size).toBe(all.length)
    expect(Math.min(one.size, other.size)).toBeGreaterThan(0)
  })

  it('facts of further subjects, when a new release adds them', async () => {
    await start({ subjects: [`${rig.prefix}.Said.*`] }).stop()
    start({ subjects: [`${rig.prefix}.Said.*`, `${rig.prefix}.New.*`] })
    await until(async () => {
      const { config } = await rig.nats.manager.consumers.info(rig.stream.name, 'florist')
      return config.filter_subjects?.length === 2
    })
    await rig.nats.jetstream.publish(`${rig.prefix}.New.a`, JSON.stringify({ text: 'new' }))
    await publish('a1')
    await until(() => handled.length === 2)
  })
})

describe('a fact that cannot be handled', () => {
  it('is parked unchanged, once, while others go on', async () => {
    let tries = 0
    start({
      handle: async (wire) => {
        if (textOf(wire) === 'a1') tries += 1
        if (textOf(wire) === 'a1') throw new Error('a policy has a bug')
        handled.push(textOf(wire))
      },
    })
    await publish('a1', 'a2', 'b1')
    await until(() => parked.length === 1)
    await allIsSettled()
    expect(parked).toEqual([
      {
        id: 'id of a1',
        subject: `${rig.prefix}.Said.a`,
        text: '{"id":"id of a1","text":"a1"}',
        error: new Error('a policy has a bug'),
      },
    ])
    expect([tries, handled.sort()]).toEqual([5, ['a2', 'b1']])
  })

  it('that is not JSON is parked too, under its sequence', async () => {
    start({
      handle: async (wire) => {
        if (typeof wire === 'string') throw new Error('no fact')
      },
    })
    await rig.nats.jetstream.publish(`${rig.prefix}.Said.a`, 'hello \0 {')
    await until(() => parked.length === 1)
    expect(parked[0]).toMatchObject({ id: expect.stringMatching(/^sequence 1, \d+$/), text: 'hello \0 {' })
  })

  it('that cannot be parked either is redelivered until it can', async () => {
    let tries = 0
    start(
      {
        handle: () => Promise.reject(new Error('a policy has a bug')),
        park: async (fact) => {
          tries += 1
          if (tries === 1) throw new Error('the database is away')
          parked.push(fact)
        },
      },
      SOON,
    )
    await publish('a1')
    await until(() => parked.length > 0)
    await allIsSettled()
  })

  it('is never parked for a transient failure', async () => {
    let tries = 0
    start({
      handle: async (wire) => {
        tries += 1
        if (tries <= 7) throw new Error('the database is away')
        handled.push(textOf(wire))
      },
      isTransient: () => true,
    })
    await publish('a1')
    await until(() => handled.length === 1)
    expect(parked).toEqual([])
  })
})

describe('a consumer goes on', () => {
  it('after its consumer was deleted', async () => {
    start()
    await publish('a1')
    await until(() => handled.length === 1)
    await rig.nats.manager.consumers.delete(rig.stream.name, 'florist')
    await publish('a2')
    await until(() => handled.includes('a2'))
  })

  it('after the stream was deleted', async () => {
    start()
    await publish('a1')
    await until(() => handled.length === 1)
    await rig.nats.manager.streams.delete(rig.stream.name)
    await ensureStream(rig.nats, rig.stream)
    await publish('a2')
    await until(() => handled.includes('a2'))
  })
})

describe('stopping', () => {
  it('waits for facts being handled, and starts no others', async () => {
    const release = Promise.withResolvers<void>()
    let begun = 0
    const consumer = start({
      handle: async (wire) => {
        begun += 1
        await release.promise
        handled.push(textOf(wire))
      },
    })
    await publish('a1')
    await until(() => begun === 1)
    let isStopped = false
    const stopping = consumer.stop().then(() => (isStopped = true))
    await publish('b1')
    expect(isStopped).toBe(false)
    release.resolve()
    await stopping
    expect(handled).toEqual(['a1'])
    expect(await pending()).toBe(1) // b1 is for another replica, or the next start.
  })

  it('does not start fetched facts that wait for room', async () => {
    const ends = new Map<string, () => void>()
    const consumer = start({
      handle: async (wire) => {
        handled.push(textOf(wire))
        await new Promise<void>((resolve) => ends.set(textOf(wire), resolve))
      },
    })
    const keys = Array.from({ length: 64 }, (_, index) => String.fromCharCode(0x100 + index))
    await publish(...keys)
    await until(() => handled.length === 32)
    ends.get(handled[0] as string)?.()
    await until(() => handled.length === 33) // 31 more are fetched by now.
    const stopping = consumer.stop()
    for (const end of ends.values()) end()
    await stopping
    expect(handled).toHaveLength(33)
  })
})
