import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import { type PhotoClaim, photoIdOf } from '../../../schema/photos/photo-id.ts'
import type { StoreContext } from '../wire.ts'
import { acceptingBehaviour } from './accepting.ts'
import { calendarBehaviour } from './calendars.ts'
import { cancellationRequested, partlyRefunded, stockReserved } from './facts.ts'
import { MOST_STORES, PHOTO_KEY, type Subject } from './subject.ts'

const kj = newId()
const bundang = newId()
const customerId = newId()

/** The behaviour of the store context, with any adapter of its tables. */
export function storeBehaviour(make: () => Promise<Subject>): void {
  calendarBehaviour(make)
  acceptingBehaviour(make)

  let store: StoreContext
  let said: Subject['said']
  let shown: Subject['shown']
  let close: Subject['close'] | undefined
  let storeId: string
  let keys = 0

  const register = async (ownerId: string, name: string, idempotencyKey = `key ${++keys}`) => {
    const result = await store.commands.registerStore(ownerId, { idempotencyKey, name })
    if (result.type !== 'StorePayload') throw new Error(result.message)
    return result.store
  }
  /** An order that has reached kj's store; the commands are kj's. */
  const newOrder = async () => {
    const orderId = newId()
    await store.hear(stockReserved({ orderId, storeId, customerId }))
    return orderId
  }
  const saidOf = async (orderId: string) =>
    (await said(orderId)).map(({ type, data }) => ('decorated' in data ? `${type}{${data.decorated}}` : type))
  /** What the florist was shown of it: `1 NEW open`. */
  const shownOf = async (orderId: string) =>
    (await shown())
      .filter(({ subject }) => subject === `live.store.${kj}.${storeId}.${orderId}`)
      .map(({ revision, open, state }) => {
        const { status } = state.storeOrder as { status: string }
        return `${revision} ${status} ${open ? 'open' : 'closed'}`
      })
  const receive = (orderId: string, by = kj) => store.commands.receiveOrder(by, { orderId })
  const decorate = (orderId: string, by = kj) => store.commands.decorateOrder(by, { orderId })
  const reject = (orderId: string, reason = 'no roses', by = kj) => store.commands.rejectOrder(by, { orderId, reason })

  beforeAll(async () => {
    ;({ store, said, shown, close } = await make())
    storeId = (await register(kj, 'KJSHOP')).id
  })
  afterAll(() => close?.())

  describe('a florist', () => {
    it('receives and decorates; a rider takes it', async () => {
      const orderId = await newOrder()
      expect(await receive(orderId)).toMatchObject({ storeOrder: { id: orderId, status: 'RECEIVED' } })
      expect(await decorate(orderId)).toMatchObject({ storeOrder: { status: 'DECORATED' } })
      await store.hear(heard({ type: 'DepartedForDelivery', data: { orderId, riderId: newId() } }))
      expect(await receive(orderId)).toMatchObject({ type: 'WrongState', status: 'HANDED_OVER' })
      await store.hear(heard({ type: 'DeliveryCompleted', data: { orderId } }))
      expect(await receive(orderId)).toMatchObject({ type: 'WrongState', status: 'DELIVERED' })
      expect(await said(orderId)).toMatchObject([
        { type: 'Received', data: { orderId } },
        { type: 'Decorated', data: { orderId, storeId, ownerId: kj, customerId } },
      ])
      expect(await shownOf(orderId)).toEqual([
        '1 NEW open',
        '2 RECEIVED open',
        '3 DECORATED open',
        '4 HANDED_OVER open',
        '5 DELIVERED closed',
      ])
    })

    it('gets back what could not be handed over, and reads a corrected recipient again', async () => {
      const orderId = await newOrder()
      const correct = () => store.hear(heard({ type: 'RecipientCorrected', data: { orderId } }))
      await correct()
      await receive(orderId)
      await decorate(orderId)
      for (const attempt of [undefined, 2])
        await store.hear(heard({ type: 'DepartedForDelivery', data: { orderId, riderId: newId(), attempt } }))
      await store.hear(heard({ type: 'FlowersReturned', data: { orderId } }))
      expect(await receive(orderId)).toMatchObject({ type: 'WrongState', status: 'RETURNED' })
      await store.hear(cancellationRequested(orderId))
      expect((await saidOf(orderId)).at(-1)).toBe('RegistrationCancelled{true}')
      expect(await shownOf(orderId)).toEqual([
        '1 NEW open',
        '2 NEW open',
        '3 RECEIVED open',
        '4 DECORATED open',
        '5 HANDED_OVER open',
        '6 RETURNED closed',
      ])
      const unknown = newId()
      await store.hear(heard({ type: 'RecipientCorrected', data: { orderId: unknown } }))
      expect(await receive(unknown)).toMatchObject({ type: 'NotFound' })
    })

    it('tells what was used instead of a flower, to those who ask only', async () => {
      const orderId = await newOrder()
      await receive(orderId)
      const decorate = (substituted: string | null) => store.commands.decorateOrder(kj, { orderId, substituted })
      expect(await decorate('x'.repeat(501))).toMatchObject({ problems: [{ path: ['substituted'], code: 'TOO_LONG' }] })
      const first = await decorate('  lilies ')
      expect(first).toMatchObject({ storeOrder: { status: 'DECORATED', substituted: 'lilies' } })
      expect(await decorate('tulips')).toEqual(first)
      expect(JSON.stringify([await said(orderId), await shown()])).not.toContain('lilies')

      const another = await newOrder()
      await receive(another)
      const blank = await store.commands.decorateOrder(kj, { orderId: another, substituted: ' ' })
      expect(blank).toMatchObject({ storeOrder: { substituted: null } })
    })

    it('shows the flowers by a photo that the florist uploaded for this order', async () => {
      const [orderId, another] = [await newOrder(), await newOrder()]
      await receive(orderId)
      const photo = newId()
      const photoId = (claim: Partial<PhotoClaim> = {}) =>
        photoIdOf(PHOTO_KEY, { photo, purpose: 'READY', subject: orderId, uploader: kj, ...claim })
      const decorate = (id: string) => store.commands.decorateOrder(kj, { orderId, photoId: id })
      const wrong = [{ subject: another }, { uploader: newId() }, { purpose: 'ITEM' as const }].map(photoId)
      for (const id of [...wrong, 'no id'])
        expect(await decorate(id)).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['photoId'] }] })
      expect(await decorate(photoId())).toMatchObject({ storeOrder: { status: 'DECORATED', photo } })
      expect(JSON.stringify([await said(orderId), await shown()])).not.toContain(photo)
    })

    it('uses no other flowers where the customer wants the same only', async () => {
      const orderId = newId()
      await store.hear(stockReserved({ orderId, storeId, customerId, substitution: 'SAME_ONLY' }))
      await receive(orderId)
      expect(await store.commands.decorateOrder(kj, { orderId, substituted: 'lilies' })).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['substituted'] }],
      })
      expect(await decorate(orderId)).toMatchObject({ storeOrder: { status: 'DECORATED' } })
    })

    it('answers a repeated command like the first, and says no further facts', async () => {
      const orderId = await newOrder()
      expect(await receive(orderId)).toEqual(await receive(orderId))
      expect(await reject(orderId, '  no roses ')).toEqual(await reject(orderId, 'another reason'))
      expect(await reject(orderId)).toMatchObject({ storeOrder: { status: 'REJECTED', rejectionReason: 'no roses' } })
      expect(await saidOf(orderId)).toEqual(['Received', 'Rejected'])
      expect(await shownOf(orderId)).toEqual(['1 NEW open', '2 RECEIVED open', '3 REJECTED closed'])
    })

    it('others than the store’s owner get NotFound', async () => {
      const orderId = await newOrder()
      const notFound = { type: 'NotFound', message: expect.any(String) }
      for (const other of [bundang, customerId]) {
        expect(await receive(orderId, other)).toEqual(notFound)
        expect(await decorate(orderId, other)).toEqual(notFound)
        expect(await reject(orderId, 'no roses', other)).toEqual(notFound)
      }
      expect(await receive(newId())).toEqual(notFound)
      expect(await receive('not an id')).toEqual(notFound)
    })

    it.each(['', '  ', 'x'.repeat(501), 'no\0roses', 'no \ud83c'])(
      'can’t reject for no reason, a very long or an unreadable one (%#)',
      async (reason) => {
        const orderId = await newOrder()
        expect(await reject(orderId, reason)).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['reason'] }] })
        expect(await reject(orderId, `장미 🌹\n${'x'.repeat(490)}`)).toMatchObject({ type: 'StoreOrderPayload' })
      },
    )

    it('a command after the cancellation gets WrongState with CANCELLED', async () => {
      const orderId = await newOrder()
      await store.hear(cancellationRequested(orderId))
      expect(await receive(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
      expect(await saidOf(orderId)).toEqual(['RegistrationCancelled{false}'])
      expect(await shownOf(orderId)).toEqual(['1 NEW open', '2 CANCELLED closed'])
    })
  })

  describe('facts', () => {
    it('heard twice have their effect once', async () => {
      const orderId = await newOrder()
      const cancelling = cancellationRequested(orderId)
      await receive(orderId)
      await decorate(orderId)
      await store.hear(cancelling)
      await store.hear(cancelling)
      expect(await saidOf(orderId)).toEqual(['Received', 'Decorated', 'RegistrationCancelled{true}'])
      expect((await shownOf(orderId)).at(-1)).toBe('3 DECORATED open') // Nothing has changed.
    })

    it.each([
      ['CancellationRequested', ['RegistrationCancelled{false}']],
      ['OrderCancelled', []],
    ] as const)('%s before the order leaves a tombstone that nothing opens', async (type, saying) => {
      const orderId = newId()
      const cancelled = { type: 'OrderCancelled', data: { orderId, reason: 'CUSTOMER' } } as const
      await store.hear(type === 'OrderCancelled' ? heard(cancelled) : cancellationRequested(orderId))
      await store.hear(stockReserved({ orderId, storeId, customerId }))
      expect(await receive(orderId)).toMatchObject({ type: 'NotFound' })
      expect(await saidOf(orderId)).toEqual(saying)
      expect((await shown()).filter(({ subject }) => subject.endsWith(orderId))).toEqual([])
    })

    it('of part refunds show the florist what was returned, also those that come before the order, or twice, or late', async () => {
      const refundedOf = async (orderId: string) =>
        (await shown())
          .filter(({ subject }) => subject.endsWith(orderId))
          .map(({ revision, state }) => [revision, (state.storeOrder as { refunded: unknown }).refunded])
      const won = (amount: number) => ({ amount, currency: 'KRW' })
      const orderId = newId()
      const early = partlyRefunded(orderId, 10_000)
      await store.hear(early)
      await store.hear(stockReserved({ orderId, storeId, customerId }))
      await store.hear(partlyRefunded(orderId, 25_000))
      await store.hear(partlyRefunded(orderId, 20_000))
      await store.hear(early)
      expect(await refundedOf(orderId)).toEqual([
        [1, won(10_000)],
        [2, won(25_000)],
      ])

      const raced = newId()
      await Promise.all([
        store.hear(stockReserved({ orderId: raced, storeId, customerId })),
        store.hear(partlyRefunded(raced, 10_000)),
      ])
      expect((await refundedOf(raced)).at(-1)?.[1]).toEqual(won(10_000))
    })

    it('of delivery that come before anything is known of the order change nothing', async () => {
      const orderId = newId()
      await store.hear(heard({ type: 'DeliveryCompleted', data: { orderId } }))
      await store.hear(stockReserved({ orderId, storeId, customerId }))
      expect(await receive(orderId)).toMatchObject({ type: 'StoreOrderPayload' })
    })

    it('that reserve for an unknown store are refused', async () => {
      const order = { orderId: newId(), storeId: newId(), customerId }
      await expect(store.hear(stockReserved(order))).rejects.toThrow(order.storeId)
    })
  })

  describe('of a race', () => {
    const RACES = 10

    it('either decorating or cancelling wins, and both sides agree', async () => {
      for (let race = 0; race < RACES; race++) {
        const orderId = await newOrder()
        await receive(orderId)
        const cancel = () => store.hear(cancellationRequested(orderId))
        const ahead = race % 2 ? cancel() : undefined
        const [decorated] = await Promise.all([decorate(orderId), ahead ?? cancel()])
        const won = (await saidOf(orderId)).slice(1)
        if (won.includes('Decorated')) {
          expect(won).toEqual(['Decorated', 'RegistrationCancelled{true}'])
          expect(decorated).toMatchObject({ storeOrder: { status: 'DECORATED' } })
        } else {
          expect(won).toEqual(['RegistrationCancelled{false}'])
          expect(decorated).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
        }
      }
    })

    it('between an order and its cancellation nothing stays open', async () => {
      for (let race = 0; race < RACES; race++) {
        const orderId = newId()
        const facts = [stockReserved({ orderId, storeId, customerId }), cancellationRequested(orderId)]
        await Promise.all((race % 2 ? facts : facts.reverse()).map(store.hear))
        expect((await receive(orderId)).type).not.toBe('StoreOrderPayload')
        expect(await saidOf(orderId)).toEqual(['RegistrationCancelled{false}'])
      }
    })

    it('between two of the same command one fact is said', async () => {
      const orderId = await newOrder()
      const answers = await Promise.all([receive(orderId), receive(orderId), receive(orderId)])
      expect(answers).toEqual(answers.map(() => expect.objectContaining({ type: 'StoreOrderPayload' })))
      expect(await saidOf(orderId)).toEqual(['Received'])
    })
  })

  describe('registering a store', () => {
    it('is said once for repeated and concurrent requests with the same key', async () => {
      const asked = { idempotencyKey: 'the same', name: '분당꽃배달' }
      const asking = () => store.commands.registerStore(bundang, asked)
      const answers = [...(await Promise.all([asking(), asking(), asking()])), await asking()]
      const registered = answers[0]?.type === 'StorePayload' ? answers[0].store : null
      expect(registered).toEqual({ id: expect.any(String), ownerId: bundang, name: '분당꽃배달' })
      expect(answers).toEqual(answers.map(() => ({ type: 'StorePayload', store: registered })))
      const data = { storeId: registered?.id, ownerId: bundang, name: '분당꽃배달' }
      expect(await said(registered?.id ?? '')).toMatchObject([{ type: 'StoreRegistered', data }])
    })

    it('by a key that was used for another name is a conflict', async () => {
      const first = await register(kj, 'One', 'used')
      const again = store.commands.registerStore(kj, { idempotencyKey: 'used', name: 'Two' })
      expect(await again).toMatchObject({ type: 'IdempotencyConflict' })
      expect(await register(kj, ' One ', 'used')).toEqual(first)
      expect((await register(bundang, 'Two', 'used')).id).not.toBe(first.id)
    })

    it('is refused at the limit; a used key is still answered with its store', async () => {
      const owner = newId()
      const first = await register(owner, 'first', 'first')
      for (let more = 1; more < MOST_STORES; more++) await register(owner, 'another')
      const result = await store.commands.registerStore(owner, { idempotencyKey: 'too many', name: 'x' })
      expect(result).toEqual({ type: 'TooManyStores', message: expect.stringContaining(`${MOST_STORES} stores`) })
      expect(await register(owner, 'first', 'first')).toEqual(first)
      expect((await register(newId(), "another owner's")).name).toBe("another owner's")
    })

    it('gives the last places to as many as there are, of many at once', async () => {
      const owner = newId()
      await register(owner, 'first')
      const asking = Array.from({ length: 12 }, (_, n) => ({ idempotencyKey: `at once ${n}`, name: 'x' }))
      const answers = await Promise.all(asking.map((input) => store.commands.registerStore(owner, input)))
      const types = answers.map(({ type }) => type).sort()
      const refused = 12 - (MOST_STORES - 1)
      expect(types).toEqual([...Array(MOST_STORES - 1).fill('StorePayload'), ...Array(refused).fill('TooManyStores')])
    })

    it.each([
      [{ idempotencyKey: 'k', name: ' ' }, 'name'],
      [{ idempotencyKey: 'k', name: 'x'.repeat(101) }, 'name'],
      [{ idempotencyKey: 'k', name: 'a\0b' }, 'name'],
      [{ idempotencyKey: 'k', name: 'half a \ud83c' }, 'name'],
      [{ idempotencyKey: '', name: 'x' }, 'idempotencyKey'],
      [{ idempotencyKey: 'k'.repeat(256), name: 'x' }, 'idempotencyKey'],
    ])('is refused with nothing, too much or the unreadable in it (%#)', async (input, field) => {
      const result = await store.commands.registerStore(kj, input)
      expect(result).toMatchObject({ type: 'InvalidInput', problems: [{ path: [field] }] })
    })
  })
}
