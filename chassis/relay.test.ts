import { describe, expect, it, jest } from '@jest/globals'
import {
  type FactsOutbox,
  type Kept,
  type Known,
  type Place,
  reconcile,
  relayBatch,
  type Stream,
  type Unpublished,
} from './relay.ts'

/** An outbox of messages `a1`, `b1`, `a2` … in this order: the letter is the key. */
function outboxOf(ids: string[]) {
  const rows = ids.map((id, index) => ({
    message: { position: index + 1, id, subject: `facts.${id[0]}`, key: id[0] as string, message: {} },
    place: null as Place | null,
  }))
  const outbox: FactsOutbox = {
    unpublished: async (limit) =>
      rows
        .filter(({ place }) => !place)
        .slice(0, limit)
        .map(({ message }) => message),
    mark: async (places) => {
      for (const { position, place } of places) (rows[position - 1] as (typeof rows)[number]).place = place
    },
    newest: async (created, skip) => {
      const kept = rows.flatMap(({ message, place }) =>
        place?.created === created ? [{ id: message.id, sequence: place.sequence }] : [],
      )
      return kept.sort((a, b) => b.sequence - a.sequence)[skip] ?? null
    },
    forgetLost: async ({ created, lastSequence }) => {
      const lost = rows.filter(({ place }) => place && (place.created !== created || place.sequence > lastSequence))
      for (const row of lost) row.place = null
      return lost.length
    },
  }
  const unmarked = () => rows.filter(({ place }) => !place).map(({ message }) => message.id)
  return { outbox, unmarked }
}

/** A stream that keeps ids; `publish` can be stood in for. */
function streamOf(kept: string[] = []) {
  const life = { created: 'monday', first: 1, lost: 0 }
  const stream: Stream = {
    publish: async ({ id }: Unpublished) => ({ id, sequence: kept.push(id) }),
    state: async () => ({ created: life.created, firstSequence: life.first, lastSequence: kept.length, removed: 0 }),
    idAt: async (sequence) => kept[sequence - 1] ?? null,
    interruptions: () => life.lost,
  }
  return { stream, kept, life }
}

const known: Known = { created: 'monday', interruptions: 0 }
const ofKey = (ids: string[], key: string) => ids.filter((id) => id.startsWith(key))

describe('a batch', () => {
  it('publishes the oldest of every key side by side, and the next of a key when the last is acknowledged', async () => {
    const { outbox } = outboxOf(['a1', 'b1', 'a2', 'a3', 'b2'])
    const { stream } = streamOf()
    const onTheirWay: { id: string; acknowledge: () => void }[] = []
    let sequence = 0
    stream.publish = ({ id }) =>
      new Promise((resolve) => {
        sequence += 1
        onTheirWay.push({ id, acknowledge: () => resolve({ id, sequence }) })
      })
    const batch = relayBatch(outbox, stream, known)
    const rounds: string[][] = []
    for (let round = 1; round <= 3; round++) {
      await new Promise(setImmediate)
      const now = onTheirWay.splice(0)
      rounds.push(now.map(({ id }) => id))
      for (const { acknowledge } of now) acknowledge()
    }
    expect(rounds).toEqual([['a1', 'b1'], ['a2', 'b2'], ['a3']])
    expect(await batch).toBe(5)
  })

  it('marks what was acknowledged, and nothing before', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'b1'])
    const { stream } = streamOf()
    const { promise, resolve } = Promise.withResolvers<Kept>()
    stream.publish = () => promise
    const batch = relayBatch(outbox, stream, known)
    await new Promise(setImmediate)
    expect(unmarked()).toEqual(['a1', 'b1'])
    resolve({ id: 'a1', sequence: 1 })
    await batch
    expect(unmarked()).toEqual([])
  })

  it('leaves what could not be published, and its successors of that key, for the next; others go on', async () => {
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

  it('that could not be marked is published again', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2'])
    const { stream, kept } = streamOf()
    const failing = { ...outbox, mark: () => Promise.reject(new Error('the database is away')) }
    await expect(relayBatch(failing, stream, known)).rejects.toThrow('away')
    expect(unmarked()).toEqual(['a1', 'a2'])
    await relayBatch(outbox, stream, known)
    expect(kept).toEqual(['a1', 'a2', 'a1', 'a2'])
  })

  it('marks nothing where the connection was lost meanwhile: the server behind the next may have lost some', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'b1'])
    const { stream, life } = streamOf()
    const publish = stream.publish
    stream.publish = async (message) => {
      life.lost = 1
      return publish(message)
    }
    await expect(relayBatch(outbox, stream, known)).rejects.toThrow('lost meanwhile')
    expect(unmarked()).toEqual(['a1', 'b1'])
  })

  it('marks what was acknowledged before the connection was lost: else it would not be missed where it is lost too', async () => {
    const { outbox, unmarked } = outboxOf(['a1', 'a2', 'a3'])
    const { stream, life } = streamOf()
    const publish = stream.publish
    stream.publish = async (message) => {
      if (message.id === 'a2') life.lost = 1
      return publish(message)
    }
    await expect(relayBatch(outbox, stream, known)).rejects.toThrow('lost meanwhile')
    expect(unmarked()).toEqual(['a2', 'a3'])
  })

  it('begins nothing more after 3 seconds, whatever there is: the session must not idle too long', async () => {
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

describe('outbox and stream, compared', () => {
  /** Everything published, then `cut` happens to the stream. */
  const compareAfter = async (ids: string[], cut: (stream: ReturnType<typeof streamOf>) => void) => {
    const { outbox, unmarked } = outboxOf(ids)
    const made = streamOf()
    await relayBatch(outbox, made.stream, known)
    cut(made)
    const outcome = await reconcile(outbox, made.stream)
    return { ...made, outbox, outcome, unmarked }
  }

  it('agree: nothing is said again, and one look is enough', async () => {
    const { stream, outbox } = await compareAfter(['a1', 'b1', 'a2'], () => {})
    const idAt = jest.fn(stream.idAt)
    expect(await reconcile(outbox, { ...stream, idAt })).toEqual({ created: 'monday', interruptions: 0, lost: 0 })
    expect(idAt).toHaveBeenCalledTimes(1)
  })

  it('after a wipe: all is said again, in order', async () => {
    const { outcome, outbox, stream, kept } = await compareAfter(['a1', 'b1', 'a2', 'a3'], ({ kept, life }) => {
      kept.splice(0)
      life.created = 'tuesday'
      life.lost = 1
    })
    expect(outcome).toEqual({ created: 'tuesday', interruptions: 1, lost: 4 })
    await relayBatch(outbox, stream, outcome)
    expect(ofKey(kept, 'a')).toEqual(['a1', 'a2', 'a3'])
    expect(kept).toHaveLength(4)
    expect((await reconcile(outbox, stream)).lost).toBe(0)
  })

  it('after a cut: what was behind it is said again', async () => {
    const { outcome, unmarked } = await compareAfter(['a1', 'a2', 'a3', 'a4'], ({ kept }) => kept.splice(2))
    expect(outcome.lost).toBe(2)
    expect(unmarked()).toEqual(['a3', 'a4'])
  })

  it('after a cut that others’ messages have grown over: what was behind it is said again all the same', async () => {
    const { outcome, unmarked } = await compareAfter(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], ({ kept }) =>
      kept.splice(4, 2, 'other 1', 'other 2', 'other 3'),
    )
    expect(unmarked()).toEqual(expect.arrayContaining(['a5', 'a6']))
    expect(unmarked()).not.toContain('a1')
    expect(outcome.lost).toBe(unmarked().length)
  })

  it('where nothing of ours is left: all is said again', async () => {
    const others = ['other 1', 'other 2', 'other 3', 'other 4']
    const { unmarked } = await compareAfter(['a1', 'a2', 'a3'], ({ kept }) => kept.splice(0, 3, ...others))
    expect(unmarked()).toEqual(['a1', 'a2', 'a3'])
  })

  it('do not count as lost what retention has removed', async () => {
    const looks: number[] = []
    const { outcome } = await compareAfter(['a1', 'a2', 'a3'], ({ stream, kept, life }) => {
      life.first = 4
      kept.fill('removed')
      stream.idAt = async (sequence) => String(looks.push(sequence))
    })
    expect([outcome.lost, looks]).toEqual([0, []])
    const cut = await compareAfter(['a1', 'a2', 'a3', 'a4'], ({ kept, life }) => {
      life.first = 3
      kept.splice(0, 4, 'removed', 'removed', 'other', 'other')
    })
    expect(cut.unmarked()).toEqual(['a3', 'a4'])
  })
})
