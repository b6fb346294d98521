import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { relayFacts } from '../run-relay.ts'
import { type RelayRig, relayRig, TIMING, texts } from '../testing/relay-rig.ts'
import { until } from '../testing/until.ts'
import { checkRoom } from './checks.ts'
import { factsWithin, type StreamSettings, streamOn } from './connection.ts'
import { ensureStream } from './keep-streams.ts'

/** Some dozens of facts. */
const TINY = 8_000
const ALL = texts('a', 1, 200)

let rig: RelayRig
let relay: { stop(): Promise<void> } | undefined
let logged: { msg: string; level: number; filled?: number }[]
beforeEach(async () => {
  rig = await relayRig()
  logged = []
})
afterEach(async () => {
  await relay?.stop()
  await rig.end()
})

const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) })
const warnings = (word: string) => logged.filter(({ msg, level }) => msg.includes(word) && level === 40)
const factsOf = (maxBytes?: number): StreamSettings => ({ ...factsWithin(maxBytes), ...rig.stream })
const relayWithin = async (maxBytes?: number) => {
  await relay?.stop()
  await ensureStream(rig.nats, factsOf(maxBytes))
  relay = relayFacts(rig.url, streamOn(rig.nats, factsOf(maxBytes)), log, TIMING)
}
const limit = (maxBytes: number) => rig.nats.manager.streams.update(rig.stream.name, { max_bytes: maxBytes })
/** The stream takes no more: the relay has tried in vain, more than once. */
const isFull = () => until(() => warnings('interrupted').length > 2)

describe('a full stream of facts', () => {
  it('refuses facts rather than forgetting any; they wait, and are published in order once there is room', async () => {
    await relayWithin(TINY)
    await rig.addFacts(...ALL)
    await isFull()
    const waiting = await rig.unpublished()
    expect(waiting).toBeGreaterThan(0)
    expect(await rig.stored()).toEqual(ALL.slice(0, ALL.length - waiting))
    await relayWithin(100 * TINY)
    await rig.allFactsPublished()
    expect(await rig.stored()).toEqual(ALL)
  })

  it('goes on without a restart when an operator raises a limit of their own', async () => {
    await relayWithin()
    await rig.addFacts('a1')
    await rig.allFactsPublished()
    await limit(TINY)
    await rig.addFacts(...ALL.slice(1))
    await isFull()
    expect((await rig.stored())[0]).toBe('a1')
    await limit(100 * TINY)
    await rig.allFactsPublished()
    expect(await rig.stored()).toEqual(ALL)
  })

  it('is told of before: once in the log, and wherever readiness is asked for', async () => {
    await relayWithin(TINY)
    await rig.addFacts('a1')
    await rig.allFactsPublished()
    const check = () => checkRoom(rig.nats, rig.stream)
    await check()
    await rig.addFacts(...ALL.slice(1))
    await until(() => warnings('nearly full').length)
    await isFull()
    expect(warnings('nearly full')).toHaveLength(1)
    expect(warnings('nearly full')[0]?.filled).toBeGreaterThanOrEqual(0.8)
    await expect(check()).rejects.toThrow(/^is \d\d % full$/)
    await limit(100 * TINY)
    await relayWithin(100 * TINY)
    await rig.allFactsPublished()
    await check()
  })

  it('is none that has no limit', async () => {
    await relayWithin()
    await rig.addFacts(...ALL)
    await rig.allFactsPublished()
    await checkRoom(rig.nats, rig.stream)
    await checkRoom(undefined) // That NATS is away is another check's to say.
    expect(logged.filter(({ level }) => level > 30)).toEqual([])
  })
})
