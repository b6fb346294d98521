import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { ConsumerEvents, NatsError } from 'nats'
import { createLogger } from '../log.ts'
import { until } from '../testing/until.ts'
import type { Nats } from './connection.ts'
import { consume } from './consume.ts'

// What happens in a cluster while nobody leads the consumer, by a NATS in memory; consume.int.test.ts has the real one, and
// `npm run bench:failover` a cluster whose servers are killed.

const log = createLogger('test')
log.level = 'silent'
const never = <Value>() => new Promise<Value>(() => {})
const noLeader = () => Promise.reject(new NatsError('no responders', '503'))
const isGone = () => {
  const api_error = { code: 404, err_code: 10014, description: 'consumer not found' }
  return Promise.reject(Object.assign(new NatsError('consumer not found', '404'), { api_error }))
}

/** What the requests for facts bring, one after the other; then nothing any more. */
type Batch = { facts: string[]; isLost?: boolean }
let batches: (() => Promise<Batch>)[]
let info: jest.Mock<() => Promise<unknown>>
let update: jest.Mock<() => Promise<unknown>>
let handled: unknown[]
/** A dead leader confirms no acknowledgement. */
let confirmed: PromiseWithResolvers<boolean>
let consumer: { stop(): Promise<void> }
beforeEach(() => {
  batches = []
  handled = []
  confirmed = Promise.withResolvers()
  info = jest.fn(() => never())
  update = jest.fn(async () => {})
})
afterEach(async () => {
  confirmed.resolve(true)
  await consumer.stop()
})

const messageOf = (text: string) => ({
  ...{ subject: `facts.store.Said.${text[0]}`, seq: 1, info: { deliveryCount: 1 } },
  json: () => text,
  string: () => text,
  working: () => {},
  ackAck: () => confirmed.promise,
})

function start() {
  const fetch = async () => {
    const { facts, isLost = false } = (await batches.shift()?.()) ?? { facts: [] }
    const stopped = Promise.withResolvers<void>()
    async function* messages() {
      for (const fact of facts) yield messageOf(fact)
      if (isLost || batches.length === 0) await stopped.promise
    }
    const status = async () => (isLost ? [{ type: ConsumerEvents.HeartbeatsMissed, data: 2 }] : [])
    return Object.assign(messages(), { stop: stopped.resolve, status })
  }
  const nats = {
    connection: { isClosed: () => false },
    manager: { consumers: { update } },
    jetstream: { consumers: { get: async () => ({ fetch, info }) } },
  }
  consumer = consume(
    nats as unknown as Nats, // has the methods that are called
    {
      ...{ name: 'order', subjects: ['facts.>'], isTransient: () => true, park: async () => {} },
      handle: async (wire) => void handled.push(wire),
    },
    log,
  )
}

it('handles the next facts of a key, although nobody confirms that the one before is acknowledged', async () => {
  batches = [async () => ({ facts: ['a1', 'a2', 'b1'] })]
  start()
  await until(() => handled.length === 3)
  expect(handled).toContain('a2')
  let isStopped = false
  const stopping = consumer.stop().then(() => (isStopped = true))
  await new Promise(setImmediate)
  expect(isStopped).toBe(false) // Otherwise it would come again although it is handled.
  confirmed.resolve(true)
  await stopping
})

it('repeats a request that no leader takes, and asks for nothing else first, which nobody would answer either', async () => {
  batches = [noLeader, noLeader, async () => ({ facts: ['a1'] })]
  start()
  await until(() => handled.length === 1)
  expect(update).toHaveBeenCalledTimes(1) // at the start
})

it('gives up a request whose leader is silent, and makes another one', async () => {
  batches = [async () => ({ facts: ['a1'], isLost: true }), async () => ({ facts: ['a2'] })]
  start()
  await until(() => handled.length === 2)
  expect(handled).toEqual(['a1', 'a2'])
})

it('makes the consumer again if it is gone, which looks like one without a leader', async () => {
  info.mockImplementation(isGone)
  batches = [noLeader, async () => ({ facts: ['a1'] })]
  start()
  await until(() => handled.length === 1)
  await until(() => update.mock.calls.length === 2)
})
