import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../ids.ts'
import { liveOutboxMessage, type Said, type Shown, type Table, type Transact } from '../transaction.ts'

/** A row with a value of every kind: numbers, a time, nested data, null. */
export type Thing = {
  id: string
  name: string
  count: number
  at: Date
  note: string | null
  parts: { label: string; colours: string[]; size?: number }[]
}

export type Noted = Said & { type: 'Noted'; data: { text: string } }

/** The transactions under test, and the facts and live states they have published so far, oldest first. */
export type Subject = {
  transact: Transact<{ things: Table<Thing> }, Noted>
  publishedFacts(): Promise<{ text: string; cause: string }[]>
  publishedStates(): Promise<ReturnType<typeof liveOutboxMessage>[]>
}

const noted = (text: string): Noted => ({ type: 'Noted', data: { text } })
const stateOf = (id: string, revision: number): Shown => ({
  feed: 'shelf',
  audience: ['some one'],
  id,
  revision,
  open: true,
  state: { thing: { id, count: revision } },
})
const thing = (count = 0, id = newId()): Thing => ({
  id,
  name: 'rose',
  count,
  at: new Date('2026-11-22T09:30:00.123Z'),
  note: null,
  parts: [{ label: 'petal', colours: ['red', 'white'], size: 3 }],
})

/** Each call waits until there were `count` calls, so that as many transactions reach the same point. */
function rendezvous(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived >= count) resolve()
    return promise
  }
}

const COMMAND = newId()
const aFact = () => ({ id: newId(), type: 'Delivered' })

/** The tests that every implementation of `Transact` must pass. */
export function transactionsSuite(create: () => Promise<Subject>): void {
  let transact: Subject['transact']
  let publishedFacts: Subject['publishedFacts']
  let publishedStates: Subject['publishedStates']

  const put = async (...rows: Thing[]) => {
    await transact(COMMAND, async (tx) => rows.forEach(tx.things.save))
    return rows
  }
  const read = (id: string) => transact(COMMAND, (tx) => tx.things.find(id))
  const countOf = async (id: string) => (await read(id))?.count
  const increment = (id: string) =>
    transact(COMMAND, async (tx) => {
      const found = await tx.things.find(id)
      if (found) tx.things.save({ ...found, count: found.count + 1 })
    })

  beforeEach(async () => {
    ;({ transact, publishedFacts, publishedStates } = await create())
  })

  describe('a transaction', () => {
    it('commits the saved rows, and returns the work’s result', async () => {
      const row = thing(7)
      const answer = await transact(COMMAND, async (tx) => {
        tx.things.save(row)
        return 'done'
      })
      expect(answer).toBe('done')
      expect(await read(row.id)).toEqual(row)
    })

    it('finds no missing row, and none by a malformed id', async () => {
      expect(await read(newId())).toBeNull()
      expect(await read("no id' --")).toBeNull()
      expect(await transact(COMMAND, (tx) => tx.things.lock(['no id']))).toEqual([])
      expect(await transact(COMMAND, (tx) => tx.things.findAll(['no id', newId()]))).toEqual([])
    })

    it('that fails saves, publishes and records nothing, and rejects with its own error', async () => {
      const [row, fact] = [thing(), aFact()]
      const broken = new Error('out of flowers')
      const failing = transact(COMMAND, async (tx) => {
        await tx.recordInInbox(fact)
        tx.things.save(row)
        tx.say([noted('never')])
        tx.show(stateOf(row.id, 1))
        throw broken
      })
      await expect(failing).rejects.toBe(broken)
      expect(await read(row.id)).toBeNull()
      expect(await publishedFacts()).toEqual([])
      expect(await publishedStates()).toEqual([])
      expect(await transact(COMMAND, (tx) => tx.recordInInbox(fact))).toBe(true)
    })

    it('publishes facts in order, with their cause', async () => {
      const texts = Array.from({ length: 40 }, (_, number) => `fact ${number}`)
      const cause = newId()
      await transact(cause, async (tx) => {
        tx.say(texts.slice(0, 3).map(noted))
        await tx.things.find(newId())
        tx.things.save(thing())
        tx.say(texts.slice(3).map(noted))
      })
      expect(await publishedFacts()).toEqual(texts.map((text) => ({ text, cause })))
    })

    it('publishes live states in order, each to its audience, one key per entity', async () => {
      const states = Array.from({ length: 20 }, (_, number) => stateOf('a thing', number))
      const toOthers = { ...stateOf('a thing', 20), audience: ['others', 'and more.'] }
      await transact(COMMAND, async (tx) => {
        for (const state of states) tx.show(state)
        tx.things.save(thing())
        tx.show(toOthers)
      })
      const all = await publishedStates()
      expect(all).toEqual([...states, toOthers].map(liveOutboxMessage))
      expect(all[0]).toEqual({
        subject: 'live.shelf.some%20one.a%20thing',
        key: 'shelf a thing',
        message: { revision: 0, open: true, state: { thing: { id: 'a thing', count: 0 } } },
      })
      expect(all.at(-1)).toMatchObject({ subject: 'live.shelf.others.and%20more%2E.a%20thing', key: 'shelf a thing' })
    })

    it('sees its own changes', async () => {
      const [old] = await put(thing(1))
      const added = thing(1)
      const seen = await transact(COMMAND, async (tx) => {
        for (const row of [old as Thing, added]) {
          await tx.things.find(row.id)
          tx.things.save({ ...row, count: 2 })
          tx.things.save({ ...row, count: 3 })
        }
        const both = [added.id, (old as Thing).id, added.id]
        return [await tx.things.find(added.id), ...(await tx.things.findAll(both)), ...(await tx.things.lock(both))]
      })
      expect(seen.map((row) => row?.count)).toEqual([3, 3, 3, 3, 3])
      expect(seen.slice(1, 3).map((row) => row?.id)).toEqual([(old as Thing).id, added.id].sort())
      expect(await countOf(added.id)).toBe(3)
    })

    it('saves a row that it saved, changed and found again', async () => {
      const row = thing(1)
      await transact(COMMAND, async (tx) => {
        tx.things.save(row)
        const found = await tx.things.find(row.id)
        tx.things.save({ ...(found as Thing), count: 2 })
        const [locked] = await tx.things.lock([row.id])
        tx.things.save({ ...(locked as Thing), name: 'lily' })
      })
      expect(await read(row.id)).toMatchObject({ count: 2, name: 'lily' })
    })

    it('replaces the whole row: omitted nested data are gone, null is null', async () => {
      const [row] = await put({ ...thing(), note: 'fresh' })
      await increment(newId())
      await transact(COMMAND, async (tx) => {
        const found = (await tx.things.find((row as Thing).id)) as Thing
        tx.things.save({ ...found, note: null, parts: [{ label: 'leaf', colours: [] }] })
      })
      expect(await read((row as Thing).id)).toEqual({ ...row, note: null, parts: [{ label: 'leaf', colours: [] }] })
    })

    it('returns and accepts copies: changing one afterwards has no effect', async () => {
      const [found, locked, saved] = await put(thing(), thing(), thing())
      await transact(COMMAND, async (tx) => {
        const [one] = await tx.things.lock([(locked as Thing).id])
        for (const row of [await tx.things.find((found as Thing).id), one]) {
          row?.parts[0]?.colours.push('spoilt')
          row?.at.setTime(0)
        }
        const row = (await tx.things.find((saved as Thing).id)) as Thing
        tx.things.save(row)
        row.parts[0]?.colours.push('spoilt')
        row.name = 'spoilt'
        await tx.things.find(newId())
      })
      for (const row of [found, locked, saved]) expect(await read((row as Thing).id)).toEqual(row)
    })

    it.each(['find', 'findAll', 'lock'] as const)(
      'does not overwrite a row that it missed at first, another inserted, and its `%s` returns later',
      async (read) => {
        const row = thing(1)
        let tries = 0
        await transact(COMMAND, async (tx) => {
          const [before] = await tx.things.lock([row.id])
          if (tries++ === 0) await put(row)
          if (read === 'find') await tx.things.find(row.id)
          else await tx.things[read]([row.id])
          tx.things.save({ ...row, count: (before?.count ?? 0) + 10 })
        })
        expect([tries, await countOf(row.id)]).toEqual([2, 11])
      },
    )

    it('saves a row that was changed in place', async () => {
      const [row] = await put(thing())
      await transact(COMMAND, async (tx) => {
        const found = (await tx.things.find((row as Thing).id)) as Thing
        found.parts[0]?.colours.push('blue')
        tx.things.save(found)
      })
      expect((await read((row as Thing).id))?.parts[0]?.colours).toEqual(['red', 'white', 'blue'])
    })

    it('that loses every race gives up', async () => {
      const [row] = await put(thing())
      const blind = transact(COMMAND, async (tx) => tx.things.save({ ...thing(9), id: (row as Thing).id }))
      await expect(blind).rejects.toThrow()
      expect(await countOf((row as Thing).id)).toBe(0)
    })
  })

  describe('a lost race', () => {
    it('retries the work from the start, and publishes only the successful run’s messages', async () => {
      const [row] = await put(thing())
      const { id } = row as Thing
      let runs = 0
      await transact(COMMAND, async (tx) => {
        const found = (await tx.things.find(id)) as Thing
        runs += 1
        if (runs === 1) await increment(id)
        tx.things.save({ ...found, count: found.count + 10 })
        tx.say([noted(`run ${runs}`)])
        tx.show(stateOf(id, runs))
      })
      expect(runs).toBe(2)
      expect(await countOf(id)).toBe(11)
      expect(await publishedFacts()).toEqual([{ text: 'run 2', cause: COMMAND }])
      expect(await publishedStates()).toEqual([liveOutboxMessage(stateOf(id, 2))])
    })

    it('never loses an update, however many transactions run concurrently', async () => {
      const [row] = await put(thing())
      await Promise.all(Array.from({ length: 20 }, () => increment((row as Thing).id)))
      expect(await countOf((row as Thing).id)).toBe(20)
    })

    it('never loses an update of several rows', async () => {
      const rows = await put(thing(), thing(), thing())
      const allArrived = rendezvous(2)
      const countAll = () =>
        transact(COMMAND, async (tx) => {
          const found = []
          for (const { id } of rows) found.push((await tx.things.find(id)) as Thing)
          await allArrived()
          for (const one of found) tx.things.save({ ...one, count: one.count + 1 })
        })
      await Promise.all([countAll(), countAll()])
      for (const { id } of rows) expect(await countOf(id)).toBe(2)
    })

    it('never loses an update of a row that is locked after it was read', async () => {
      const [row] = await put(thing())
      const { id } = row as Thing
      let hasInterfered = false
      await transact(COMMAND, async (tx) => {
        const found = (await tx.things.find(id)) as Thing
        if (!hasInterfered) await increment(id)
        hasInterfered = true
        await tx.things.lock([id])
        tx.things.save({ ...found, count: found.count + 10 })
      })
      expect(await countOf(id)).toBe(11)
    })

    it('lets one of two transactions insert a row; the other then finds it', async () => {
      const id = newId()
      const allArrived = rendezvous(2)
      const open = (name: string) =>
        transact(COMMAND, async (tx) => {
          const found = await tx.things.find(id)
          await allArrived()
          tx.things.save(found ? { ...found, count: found.count + 1 } : { ...thing(1, id), name })
          tx.say([noted(found ? 'counted' : 'opened')])
        })
      await Promise.all([open('one'), open('other')])
      expect(await countOf(id)).toBe(2)
      expect((await publishedFacts()).map(({ text }) => text).sort()).toEqual(['counted', 'opened'])
    })
  })

  describe('locking', () => {
    it('returns the existing rows, once each, sorted by id', async () => {
      const rows = await put(thing(1), thing(2), thing(3))
      const ids = rows.map(({ id }) => id).sort()
      const locked = await transact(COMMAND, (tx) => tx.things.lock([...ids].reverse().concat(newId(), ...ids)))
      expect(locked.map(({ id }) => id)).toEqual(ids)
      expect(locked).toEqual(expect.arrayContaining(rows))
      expect(await transact(COMMAND, (tx) => tx.things.lock([]))).toEqual([])
    })

    it('the same rows in any order never deadlocks or loses an update', async () => {
      const ids = (await put(thing(), thing(), thing())).map(({ id }) => id)
      const countAll = (order: string[]) =>
        transact(COMMAND, async (tx) => {
          for (const row of await tx.things.lock(order)) tx.things.save({ ...row, count: row.count + 1 })
        })
      await Promise.all(Array.from({ length: 16 }, (_, turn) => countAll(turn % 2 ? ids : [...ids].reverse())))
      for (const id of ids) expect(await countOf(id)).toBe(16)
    })
  })

  describe('a fact', () => {
    it('is recorded once, within one transaction too', async () => {
      const fact = aFact()
      const recordTwice = () =>
        transact(COMMAND, async (tx) => [await tx.recordInInbox(fact), await tx.recordInInbox(fact)])
      expect(await recordTwice()).toEqual([true, false])
      expect(await recordTwice()).toEqual([false, false])
    })

    it('is another one than a fact of another type with its id', async () => {
      const fact = aFact()
      const record = (type: string) => transact(COMMAND, (tx) => tx.recordInInbox({ ...fact, type }))
      expect([await record('Other'), await record(fact.type), await record(fact.type)]).toEqual([true, true, false])
    })

    it('has its effect once if two transactions handle it concurrently', async () => {
      const [row] = await put(thing())
      const fact = aFact()
      const handle = () =>
        transact(fact.id, async (tx) => {
          if (!(await tx.recordInInbox(fact))) return
          const found = (await tx.things.find((row as Thing).id)) as Thing
          tx.things.save({ ...found, count: found.count + 1 })
          tx.say([noted('handled')])
        })
      await Promise.all([handle(), handle(), handle()])
      expect(await countOf((row as Thing).id)).toBe(1)
      expect(await publishedFacts()).toEqual([{ text: 'handled', cause: fact.id }])
    })

    it('is new to one of two concurrent transactions that change nothing', async () => {
      const fact = aFact()
      const handle = () =>
        transact(fact.id, async (tx) => {
          if (await tx.recordInInbox(fact)) tx.say([noted('answered')])
        })
      await Promise.all([handle(), handle(), handle()])
      expect(await publishedFacts()).toEqual([{ text: 'answered', cause: fact.id }])
    })

    it('is new to the second of two transactions if the first failed', async () => {
      const fact = aFact()
      const entered = Promise.withResolvers<void>()
      const failing = transact(fact.id, async (tx) => {
        await tx.recordInInbox(fact)
        entered.resolve()
        await tx.things.find(newId())
        throw new Error('failed')
      })
      await entered.promise
      const [, second] = await Promise.allSettled([failing, transact(fact.id, (tx) => tx.recordInInbox(fact))])
      expect(second).toEqual({ status: 'fulfilled', value: true })
    })
  })
}
