import { describe, expect, it, jest } from '@jest/globals'
import {
  type Checkpoint,
  type FactsOutbox,
  type FactsStream,
  type OutboxMessage,
  reconcile,
  relayBatch,
  type StreamLocation,
} from './relay.ts'

/** An outbox of messages `a1`, `b1`, `a2` … in this order: the letter is the key. */
function outboxOf(ids: string[]) {
  const rows = ids.map((id, index) => ({
    message: { position: index + 1, id, subject: `facts.${id[0]}`, key: id[0] as string, message: {} },
    location: null as StreamLocation | null,
    republished: false,
  }))
  const outbox: FactsOutbox = {
    unpublished: async (limit) =>
      rows
        .filter(({ location }) => !location)
        .slice(0, limit)
        .map(({ message }) => message),
    mark: async (published) => {
      for (const { position, location } of published) (rows[position - 1] as (typeof rows)[number]).location = location
    },
    newest: async (created, skip) => {
      const kept = rows.flatMap(({ message, location }) =>
        location?.created === created && location.sequence > 0 ? [{ ...message, sequence: location.sequence }] : [],
      )
      return kept.sort((a, b) => b.sequence - a.sequence)[skip] ?? null
    },
    requeueLost: async ({ created, firstSequence, lastSequence, deletedSequences, isLimited }) => {
      const found = { lost: 0, withheld: 0 }
      for (const row of rows) {
        const { location } = row
        if (!location) continue
        const isElsewhere = location.created !== created || location.sequence > lastSequence
        const isRemoved = location.sequence < firstSequence || deletedSequences.includes(location.sequence)
        if (!isElsewhere && (!isRemoved || (isLimited && location.sequence === 0))) continue
        const isWithheld = !isElsewhere && isLimited && row.republished
        row.location = isWithheld ? { ...location, sequence: 0 } : null
        row.republished = !isElsewhere && isLimited
        found[isWithheld ? 'withheld' : 'lost'] += 1
      }
      return found
    },
  }
  const unmarked = () => rows.filter(({ location }) => !location).map(({ message }) => message.id)
  return { outbox, unmarked }
}

/** A stream that keeps ids, null where one was removed; a test may replace `publish`. */
function streamOf(kept: (string | null)[] = []) {
  const server = { created: 'monday', lost: 0, removing: [] as string[] }
  /** The sequence of each published id, removed or not. */
  const seen = new Map<string, number>()
  const first = () => {
    const index = kept.findIndex((id) => id !== null)
    return index < 0 ? kept.length + 1 : index + 1
  }
  const deletedSequences = () => kept.flatMap((id, index) => (id === null && index + 1 > first() ? [index + 1] : []))
  const stream: FactsStream = {
    publish: async ({ id }: OutboxMessage) => {
      const before = seen.get(id)
      if (before) return { id, sequence: before, isDuplicate: true }
      seen.set(id, kept.push(id))
      return { id, sequence: kept.length, isDuplicate: false }
    },
    state: async () => ({
      created: server.created,
      firstSequence: first(),
      lastSequence: kept.length,
      deletedCount: deletedSequences().length,
      limits: { removing: server.removing, refusing: [] },
      filled: 0,
    }),
    deletedSequences: async () => deletedSequences(),
    messageAt: async (sequence) => {
      const id = kept[sequence - 1] ?? null
      return id === null ? null : { id, subject: `facts.${id[0]}` }
    },
    disconnects: () => server.lost,
  }
  /** The server restarts: it forgets the published ids. */
  const restart = () => {
    server.lost += 1
    seen.clear()
  }
  return { stream, kept, server, restart }
}

const known: Checkpoint = { created: 'monday', disconnects: 0, firstSequence: 1, deletedCount: 0 }
const compared = { ...known, lost: 0, withheld: 0, limits: { removing: [], refusing: [] }, filled: 0 }
/** The ids of one key in order, without the suffix of republished ones. */
const ofKey = (ids: (string | null)[], key: string) =>
  ids.flatMap((id) => (id?.startsWith(key) ? (id.split('.')[0] as string) : []))

describe('a batch', () => {
  it('publishes different keys concurrently, and one key’s next message once the last is acknowledged', async () => {
    const { outbox } = outboxOf(['a1', 'b1', 'a2', 'a3', 'b2'])
    const { stream } = streamOf()
    const underWay: { id: string; acknowledge: () => void }[] = []
    let sequence = 0
    stream.publish = ({ id }) =>
      new Promise((resolve) => {
        sequence += 1
        underWay.push({ id, acknowledge: () => resolve({ id, sequence, isDuplicate: false }) })
      })
    const batch = relayBatch(outbox, stream, known)
    const rounds: string[][] = []
    for (let round = 1; round <= 3; round++) {
      await new Promise(setImmediate)
      const now = underWay.splice(0)
      rounds.push(now.map(({ id }) => id))
      for (const { acknowledge } of now) acknowledge()
    }
    expect(rounds).toEqual([['a1', 'b1'], ['a2', 'b2'], ['a3']])
    expect(await batch).toBe(5)
  })

  it('marks messages only once they are acknowledged', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'b1'])
    const { stream } = streamOf()
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<FactsStream['publish']>>>()
    stream.publish = () => promise
    const batch = relayBatch(outbox, stream, known)
    await new Promise(setImmediate)
    expect(unmarked()).toEqual(['a1', 'b1'])
    resolve({ id: 'a1', sequence: 1, isDuplicate: false })
    await batch
    expect(unmarked()).toEqual([])
  })

  it('leaves a failed message and its key’s later ones for the next batch; other keys go on', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2', 'b1', 'a3', 'b2'])
    const { stream, kept } = streamOf()
    const publish = stream.publish
    stream.publish = async (message) => {
      if (message.id === 'a2') throw new Error('no answer')
      return publish(message)
    }
    await expect(relayBatch(outbox, stream, known)).rejects.toThrow('no answer')
    expect(unmarked()).toEqual(['a2', 'a3'])
    stream.publish = publish
    await relayBatch(outbox, stream, known)
    expect(ofKey(kept, 'a')).toEqual(['a1', 'a2', 'a3'])
    expect(ofKey(kept, 'b')).toEqual(['b1', 'b2'])
  })

  it('that could not be marked is published again, and stored once', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2'])
    const { stream, kept } = streamOf()
    const failing = { ...outbox, mark: () => Promise.reject(new Error('the database is away')) }
    await expect(relayBatch(failing, stream, known)).rejects.toThrow('away')
    expect(unmarked()).toEqual(['a1', 'a2'])
    await relayBatch(outbox, stream, known)
    expect(kept).toEqual(['a1', 'a2'])
  })

  it('marks nothing acknowledged after a disconnect: the server may have lost messages', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'b1'])
    const { stream, server } = streamOf()
    const publish = stream.publish
    stream.publish = async (message) => {
      server.lost = 1
      return publish(message)
    }
    await expect(relayBatch(outbox, stream, known)).rejects.toThrow('lost meanwhile')
    expect(unmarked()).toEqual(['a1', 'b1'])
  })

  it('marks messages acknowledged before a disconnect, so that their loss would be noticed', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2', 'a3'])
    const { stream, server } = streamOf()
    const publish = stream.publish
    stream.publish = async (message) => {
      if (message.id === 'a2') server.lost = 1
      return publish(message)
    }
    await expect(relayBatch(outbox, stream, known)).rejects.toThrow('lost meanwhile')
    expect(unmarked()).toEqual(['a2', 'a3'])
  })

  it('publishes nothing more after 3 seconds, so that the session does not idle too long', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2', 'a3', 'b1'])
    const { stream } = streamOf()
    let now = 0
    const publish = stream.publish
    stream.publish = async (message) => {
      now += 1_600
      return publish(message)
    }
    expect(await relayBatch(outbox, stream, known, () => now)).toBe(2)
    expect(unmarked()).toEqual(['a2', 'a3'])
  })
})

describe('comparing outbox and stream', () => {
  /** Publishes everything, changes the stream, and compares. */
  const compareAfter = async (ids: string[], change: (stream: ReturnType<typeof streamOf>) => void) => {
    const { outbox, unmarked } = outboxOf(ids)
    const stream = streamOf()
    await relayBatch(outbox, stream.stream, known)
    change(stream)
    const outcome = await reconcile(outbox, stream.stream)
    return { ...stream, outbox, outcome, unmarked }
  }

  it('publishes nothing again if they agree, with one query', async () => {
    const { stream, outbox } = await compareAfter(['a1', 'b1', 'a2'], () => {})
    const messageAt = jest.fn(stream.messageAt)
    expect(await reconcile(outbox, { ...stream, messageAt })).toEqual(compared)
    expect(messageAt).toHaveBeenCalledTimes(1)
  })

  it('publishes everything again, in order, after a wipe', async () => {
    const { outcome, outbox, stream, kept } = await compareAfter(
      ['a1', 'b1', 'a2', 'a3'],
      ({ kept, server, restart }) => {
        kept.splice(0)
        server.created = 'tuesday'
        restart()
      },
    )
    expect(outcome).toEqual({ ...compared, created: 'tuesday', disconnects: 1, lost: 4 })
    await relayBatch(outbox, stream, outcome)
    expect(ofKey(kept, 'a')).toEqual(['a1', 'a2', 'a3'])
    expect(kept).toHaveLength(4)
    expect((await reconcile(outbox, stream)).lost).toBe(0)
  })

  it('publishes the lost messages again after a truncation', async () => {
    const { outcome, unmarked } = await compareAfter(['a1', 'a2', 'a3', 'a4'], ({ kept }) => kept.splice(2))
    expect(outcome.lost).toBe(2)
    expect(unmarked()).toEqual(['a3', 'a4'])
  })

  it('publishes the lost messages again even if their sequences belong to others’ messages now', async () => {
    const { outcome, unmarked } = await compareAfter(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], ({ kept }) =>
      kept.splice(4, 2, 'other 1', 'other 2', 'other 3'),
    )
    expect(unmarked()).toEqual(expect.arrayContaining(['a5', 'a6']))
    expect(unmarked()).not.toContain('a1')
    expect(outcome.lost).toBe(unmarked().length)
  })

  it('publishes everything again if none of its messages is left', async () => {
    const others = ['other 1', 'other 2', 'other 3', 'other 4']
    const { unmarked } = await compareAfter(['a1', 'a2', 'a3'], ({ kept }) => kept.splice(0, 3, ...others))
    expect(unmarked()).toEqual(['a1', 'a2', 'a3'])
  })

  it('publishes purged messages again under other ids, also after later messages, and then agrees', async () => {
    const { outcome, outbox, stream, kept, unmarked } = await compareAfter(['a1', 'a2', 'b1', 'a3'], ({ kept }) => {
      kept.fill(null)
      kept.push('other')
    })
    expect(outcome).toEqual({ ...compared, firstSequence: 5, lost: 4 })
    await relayBatch(outbox, stream, outcome)
    expect(unmarked()).toEqual([])
    expect(kept.slice(5).toSorted()).toEqual(['a1.1', 'a2.1', 'a3.1', 'b1.1'])
    expect(ofKey(kept, 'a')).toEqual(['a1', 'a2', 'a3'])
    expect(await reconcile(outbox, stream, outcome)).toEqual({ ...compared, firstSequence: 5 })
  })

  it('publishes messages deleted from the middle again, whether or not they are the newest', async () => {
    const { outcome, outbox, stream, unmarked } = await compareAfter(['a1', 'a2', 'a3', 'a4'], ({ kept }) => {
      kept[1] = kept[3] = null
    })
    expect(outcome).toEqual({ ...compared, deletedCount: 2, lost: 2 })
    expect(unmarked()).toEqual(['a2', 'a4'])
    await relayBatch(outbox, stream, outcome)
    expect(await reconcile(outbox, stream)).toEqual({ ...compared, deletedCount: 2 })
  })

  it('recognizes a purge before anything was marked, by the message at a duplicate’s sequence', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2', 'b1'])
    const { stream, kept } = streamOf()
    await relayBatch({ ...outbox, mark: async () => {} }, stream, known)
    kept.fill(null, 0, 2)
    await relayBatch(outbox, stream, known)
    expect(unmarked()).toEqual([])
    expect(kept.filter((id) => id !== null).map((id) => id.split('.')[0])).toEqual(
      expect.arrayContaining(['a1', 'a2', 'b1']),
    )
    expect((await reconcile(outbox, stream)).lost).toBe(0)
  })

  it('publishes again after a second purge within the duplicate window', async () => {
    const { outbox } = outboxOf(['a1', 'a2'])
    const { stream, kept } = streamOf()
    for (let purge = 0; purge < 3; purge++) {
      await relayBatch(outbox, stream, await reconcile(outbox, stream))
      kept.fill(null)
    }
    await relayBatch(outbox, stream, await reconcile(outbox, stream))
    expect(kept.filter(Boolean)).toEqual(['a1.3', 'a2.3'])
  })

  it('lists deleted sequences only if there are new ones', async () => {
    const { outbox, stream, kept } = await compareAfter(['a1', 'a2', 'a3', 'a4'], ({ kept }) => kept.splice(1, 1, null))
    const deletedSequences = jest.fn(stream.deletedSequences)
    const compare = (known: Checkpoint) => reconcile(outbox, { ...stream, deletedSequences }, known)
    let last = await compare(known)
    last = await compare(last)
    last = await compare(last)
    expect(deletedSequences).toHaveBeenCalledTimes(1)
    kept[2] = null
    expect(await compare(last)).toMatchObject({ lost: 1 })
    expect(deletedSequences).toHaveBeenCalledTimes(2)
  })

  it('publishes what a limit removed once again, then withholds it until the limit is gone', async () => {
    const { outbox, stream, kept, server, unmarked } = await compareAfter(['a1', 'a2', 'a3'], () => {})
    server.removing = ['max_msgs 1']
    /** Removes all but the last message, and publishes the missing ones again. */
    const round = async () => {
      kept.fill(null, 0, -1)
      const { lost, withheld, ...now } = await reconcile(outbox, stream)
      await relayBatch(outbox, stream, now)
      return { lost, withheld }
    }
    expect(await round()).toEqual({ lost: 2, withheld: 0 })
    expect(await round()).toEqual({ lost: 1, withheld: 1 })
    expect(await round()).toEqual({ lost: 0, withheld: 1 })
    expect(await round()).toEqual({ lost: 0, withheld: 0 })
    expect(unmarked()).toEqual([])
    server.removing = []
    expect(await round()).toEqual({ lost: 2, withheld: 0 })
    expect(kept.filter(Boolean).map((id) => id?.split('.')[0])).toEqual(['a3', 'a1', 'a2'])
  })
})
