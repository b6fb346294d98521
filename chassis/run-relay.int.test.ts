import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ensureStream } from './nats/keep-streams.ts'
import { FACTS_OUTBOX, openRelaySession } from './postgres/outbox.ts'
import { ofKey, type RelayRig, relayRig, TIMING, texts } from './testing/relay-rig.ts'
import { until } from './testing/until.ts'

let rig: RelayRig
beforeEach(async () => {
  rig = await relayRig()
  await rig.keep()
})
afterEach(() => rig.end())

describe('the relay', () => {
  it('publishes facts in order of each key, and later ones at once', async () => {
    await rig.addFacts(...texts('a', 1, 300), ...texts('b', 1, 40))
    rig.startRelay({ pollMs: 60_000 })
    await rig.allFactsPublished()
    for (const later of texts('a', 301, 305)) {
      await rig.addFacts(later)
      await rig.allFactsPublished()
    }
    const all = await rig.stored()
    expect(all).toHaveLength(345)
    expect(ofKey(all, 'a')).toEqual(texts('a', 1, 305))
    expect(ofKey(all, 'b')).toEqual(texts('b', 1, 40))
  })

  it('publishes nothing of a transaction that was rolled back', async () => {
    rig.startRelay()
    await rig.query('begin')
    await rig.addFacts('a1')
    await rig.query('rollback')
    await rig.addFacts('a2')
    await rig.allFactsPublished()
    expect(await rig.stored()).toEqual(['a2'])
  })

  it('stores a message once that it had to publish twice', async () => {
    await rig.addFacts('a1', 'a2')
    const first = rig.startRelay()
    await rig.allFactsPublished()
    await first.stop()
    await rig.query('update outbox set sequence = null, stream_created = null') // Died before it could mark them.
    rig.startRelay()
    await rig.allFactsPublished()
    expect(await rig.stored()).toEqual(['a1', 'a2'])
    const rows = await rig.query('select sequence::int from outbox order by position')
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2])
  })

  it('has one leader; when its session dies another replica takes over', async () => {
    rig.startRelay()
    rig.startRelay()
    const pid = await rig.leader()
    await rig.addFacts(...texts('a', 1, 20))
    await rig.query('select pg_terminate_backend($1)', [pid])
    await rig.addFacts(...texts('a', 21, 40))
    await until(async () => ![undefined, pid].includes((await rig.leaders())[0]))
    await rig.allFactsPublished()
    expect(await rig.stored()).toEqual(texts('a', 1, 40))
    expect(await rig.leaders()).toHaveLength(1)
  })

  it('gets another leader when the leader freezes and loses its session', async () => {
    const frozen = await openRelaySession(rig.url, FACTS_OUTBOX, 600)
    expect(await frozen.tryToLead()).toBe(true)
    rig.startRelay()
    await rig.addFacts('a1')
    await rig.allFactsPublished() // The server has ended the frozen relay's session.
    expect(await rig.stored()).toEqual(['a1'])
    await expect(frozen.waitForMessages(10_000, new AbortController().signal)).rejects.toThrow()
    await frozen.close()
  })

  it('keeps its leadership while there is nothing to publish', async () => {
    rig.startRelay()
    const pid = await rig.leader()
    const sign = 'select query_start::text as at from pg_stat_activity where pid = $1'
    const signs = new Set<string>()
    await until(async () => signs.add((await rig.query(sign, [pid]))[0]?.at).size >= 5)
    expect(await rig.leaders()).toEqual([pid])
  })

  it('resumes after its database was away', async () => {
    rig.startRelay()
    await rig.leader()
    await rig.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', ['relay'])
    await rig.addFacts('a1')
    await rig.allFactsPublished()
    expect(await rig.stored()).toEqual(['a1'])
  })

  it('publishes everything again, in order, to a stream that was wiped', async () => {
    rig.startRelay()
    await rig.addFacts(...texts('a', 1, 30), ...texts('b', 1, 30))
    await rig.allFactsPublished()
    await rig.nats.manager.streams.delete(rig.stream.name)
    await until(async () => (await rig.stored()).length === 60)
    const all = await rig.stored()
    expect(ofKey(all, 'a')).toEqual(texts('a', 1, 30))
    expect(ofKey(all, 'b')).toEqual(texts('b', 1, 30))
  })

  it('stops at once, even without a database', async () => {
    await rig.startRelay({}, 'postgres://127.0.0.1:1/nowhere').stop()
    const idle = rig.startRelay({ pollMs: 60_000 })
    await rig.leader()
    await idle.stop()
    expect(await rig.leaders()).toEqual([])
  })
})

describe('the relay’s outbox', () => {
  it('recognizes a stream’s incarnation by its creation time in nanoseconds', async () => {
    const session = await openRelaySession(rig.url, FACTS_OUTBOX, TIMING.frozenMs)
    await rig.addFacts('a1', 'a2', 'a3')
    const created = '2026-07-30T10:11:12.123456789Z'
    const [first, second] = await session.outbox.unpublished(2)
    await session.outbox.mark([
      { position: first?.position as number, location: { id: '', sequence: 7, created } },
      { position: second?.position as number, location: { id: '', sequence: 9, created } },
    ])
    expect(await session.outbox.newest(created, 0)).toEqual({ id: second?.id, subject: `${rig.prefix}.a`, sequence: 9 })
    expect(await session.outbox.newest(created, 1)).toEqual({ id: first?.id, subject: `${rig.prefix}.a`, sequence: 7 })
    expect(await session.outbox.newest(created, 2)).toBeNull()
    const all = { firstSequence: 1, deletedSequences: [], isLimited: false }
    const lost = async (content: { created: string; lastSequence: number }) =>
      (await session.outbox.requeueLost({ ...all, ...content })).lost
    expect(await lost({ created, lastSequence: 9 })).toBe(0)
    expect(await lost({ created, lastSequence: 8 })).toBe(1)
    expect(await lost({ created: '2026-07-30T10:11:12.123457789Z', lastSequence: 9 })).toBe(1)
    expect(await session.outbox.unpublished(9)).toHaveLength(3)
    await session.close()
  })

  it('requeues more rows than one statement updates', async () => {
    const session = await openRelaySession(rig.url, FACTS_OUTBOX, TIMING.frozenMs)
    await rig.query(`
      insert into outbox (id, subject, key, message, sequence, stream_created)
      select gen_random_uuid(), 's', 'k', '{}', n, 'yesterday' from generate_series(1, 25000) n`)
    const created = new Date().toISOString()
    const content = { created, firstSequence: 1, lastSequence: 0, deletedSequences: [], isLimited: false }
    expect(await session.outbox.requeueLost(content)).toEqual({ lost: 25_000, withheld: 0 })
    await session.close()
  })

  it('requeues removed messages; those of a limited stream once, and again when it is no longer limited', async () => {
    const session = await openRelaySession(rig.url, FACTS_OUTBOX, 10_000)
    await rig.addFacts('a1', 'a2', 'a3', 'a4')
    const created = '2026-07-30T10:11:12.123456789Z'
    const content = { created, firstSequence: 3, lastSequence: 12, deletedSequences: [5, 7], isLimited: false }
    const publish = async (...sequences: number[]) => {
      const messages = await session.outbox.unpublished(9)
      const published = messages.map(({ id, position }, index) => ({
        position,
        location: { id, created, sequence: sequences[index] as number },
      }))
      await session.outbox.mark(published)
      return messages.length
    }
    await publish(1, 5, 6, 12)
    expect(await session.outbox.requeueLost(content)).toEqual({ lost: 2, withheld: 0 })
    expect(await publish(1, 5)).toBe(2)
    const limited = { ...content, isLimited: true }
    expect(await session.outbox.requeueLost(limited)).toEqual({ lost: 2, withheld: 0 })
    expect(await publish(2, 8)).toBe(2)
    expect(await session.outbox.requeueLost(limited)).toEqual({ lost: 0, withheld: 1 })
    expect(await session.outbox.requeueLost(limited)).toEqual({ lost: 0, withheld: 0 })
    expect(await publish()).toBe(0)
    expect(await session.outbox.newest(created, 3)).toBeNull()
    expect(await session.outbox.requeueLost(content)).toEqual({ lost: 1, withheld: 0 })
    expect(await publish(9)).toBe(1)
    await session.close()
  })
})

it('the stream is created once by contexts that start together', async () => {
  const streams = await Promise.all([1, 2, 3].map(() => ensureStream(rig.nats, rig.stream)))
  expect(new Set(streams.map(({ created }) => created)).size).toBe(1)
})
