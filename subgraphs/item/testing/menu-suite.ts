import { describe, expect, it } from '@jest/globals'
import { digestOf } from '../../../chassis/idempotency.ts'
import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import { type PhotoClaim, photoIdOf } from '../../../schema/photos/photo-id.ts'
import { type Actors, settings } from './rig.ts'

const { mostItems } = settings
const times = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act))
const won = (amount: number) => ({ amount, currency: 'KRW' })

/** How an owner makes and changes items. */
export function menuSuite(at: () => Actors): void {
  const ask = (storeId: string) => ({ idempotencyKey: newId(), storeId, name: ' 수국 ', price: won(30_000), stock: 3 })

  describe('registering an item', () => {
    it('puts it on the menu of the own store', async () => {
      const storeId = await at().openStore()
      const result = await at().commands.registerItem(at().ownerId, ask(storeId))
      expect(result).toMatchObject({ type: 'ItemPayload', item: { name: '수국', available: 3, storeId } })
      expect(await at().typesOf(storeId)).toEqual(['ItemRegistered'])
    })

    it('knows no store that was not heard of, and none of somebody else', async () => {
      const unheardOf = await at().commands.registerItem(at().ownerId, ask(newId()))
      expect(unheardOf).toMatchObject({ type: 'NotFound', message: expect.stringMatching('may take a moment') })
      const others = await at().openStore(newId())
      expect(await at().commands.registerItem(at().ownerId, ask(others))).toMatchObject({ type: 'NotFound' })
      expect(await at().commands.registerItem(at().ownerId, ask('no id'))).toMatchObject({ type: 'NotFound' })
      expect(await at().typesOf(others)).toEqual([])
    })

    it('says everything that is wrong', async () => {
      const wrong = { idempotencyKey: ' ', storeId: newId(), name: 'a\0b', price: won(0), stock: 1_000_001 }
      const result = await at().commands.registerItem(at().ownerId, wrong)
      const problems = result.type === 'InvalidInput' && result.problems.map(({ path, code }) => [path.join('.'), code])
      expect(problems).toEqual([
        ['idempotencyKey', 'REQUIRED'],
        ['name', 'INVALID_CHARACTERS'],
        ['price.amount', 'TOO_SMALL'],
        ['stock', 'TOO_LARGE'],
      ])
    })

    it('treats the same key and input as the same request, also concurrently', async () => {
      const input = ask(await at().openStore())
      const results = await Promise.all([1, 2, 3].map(() => at().commands.registerItem(at().ownerId, input)))
      expect(new Set(results.map((result) => ('item' in result ? result.item.id : result.type))).size).toBe(1)
      expect(await at().typesOf(input.storeId)).toEqual(['ItemRegistered'])
      const other = await at().commands.registerItem(at().ownerId, { ...input, stock: 4 })
      expect(other).toMatchObject({ type: 'IdempotencyConflict' })
    })

    it('shows a photo that its owner uploaded for this store, and each photo on one item only', async () => {
      const { ownerId, commands, openStore, newItem } = at()
      const storeId = await openStore()
      const photo = newId()
      const idOf = (claim: Partial<PhotoClaim> = {}) => {
        const whole = { photo, purpose: 'ITEM', subject: storeId, uploader: ownerId, ...claim } as const
        return photoIdOf(settings.photoKeys[0] ?? '', whole)
      }
      const invalid = { type: 'InvalidInput', problems: [{ path: ['photoId'], code: 'NOT_FOUND' }] }
      const others = [{ subject: newId() }, { uploader: newId() }, { purpose: 'READY' as const }]
      for (const photoId of [...others.map(idOf), 'no id'])
        expect(await commands.registerItem(ownerId, { ...ask(storeId), photoId })).toMatchObject(invalid)
      const results = await Promise.all(
        [1, 2, 3].map(() => commands.registerItem(ownerId, { ...ask(storeId), photoId: idOf() })),
      )
      const got = results.filter(({ type }) => type === 'ItemPayload')
      expect(got).toMatchObject([{ item: { photo } }])
      expect(results.filter((result) => !got.includes(result))).toMatchObject([invalid, invalid])
      const { id: itemId } = await newItem(storeId, 1)
      const set = (photoId: string | null) => commands.setItemPhoto(ownerId, { itemId, photoId })
      expect(await set(idOf())).toMatchObject(invalid)
      const another = newId()
      for (const again of [1, 2])
        expect([again, await set(idOf({ photo: another }))]).toMatchObject([again, { item: { photo: another } }])
      expect(await set(null)).toMatchObject({ item: { photo: null } })
      expect(await commands.setItemPhoto(newId(), { itemId, photoId: null })).toMatchObject({ type: 'NotFound' })
    })

    it('makes an item to order if it is given no stock, or null, which is the same request', async () => {
      const { stock: _, ...input } = ask(await at().openStore())
      for (const same of [input, { ...input, stock: null }, { ...input, stock: undefined }]) {
        const result = await at().commands.registerItem(at().ownerId, same)
        expect(result).toMatchObject({ type: 'ItemPayload', item: { madeToOrder: true, itemVersion: 1 } })
      }
      expect(await at().saidOf(input.storeId)).toMatchObject([{ data: { available: 0, madeToOrder: true } }])
      const other = await at().commands.registerItem(at().ownerId, { ...input, stock: 0 })
      expect(other).toMatchObject({ type: 'IdempotencyConflict' })
    })

    it('answers a key that the release before has used', async () => {
      const input = ask(await at().openStore())
      const id = digestOf([at().ownerId, 'registerItem', input.idempotencyKey])
      const { idempotencyKey: _, ...given } = input
      const inputDigest = digestOf({ ...given, name: '수국', price: won(30_000) })
      const first = await at().newItem(input.storeId, 3, '수국')
      await at().keepKeyUse({ id, inputDigest, resultId: first.id })
      expect(await at().commands.registerItem(at().ownerId, input)).toMatchObject({ item: { id: first.id } })
    })

    it('is refused if the menu is full; withdrawing an item makes room for another', async () => {
      const storeId = await at().openStore()
      const first = ask(storeId)
      await at().commands.registerItem(at().ownerId, first)
      const others = await times(mostItems - 1, () => at().newItem(storeId, 1))
      const next = ask(storeId)
      const tooMany = { type: 'TooManyItems', message: expect.stringContaining(`${mostItems} items`) }
      expect(await at().commands.registerItem(at().ownerId, next)).toEqual(tooMany)
      expect(await at().commands.registerItem(at().ownerId, first)).toMatchObject({ type: 'ItemPayload' })
      await at().newItem(await at().openStore(), 1)

      const itemId = others[0]?.id
      await times(3, () => at().commands.withdrawItem(at().ownerId, { itemId }))
      expect(await at().commands.registerItem(at().ownerId, next)).toMatchObject({ type: 'ItemPayload' })
      expect(await at().commands.registerItem(at().ownerId, ask(storeId))).toEqual(tooMany)
    })

    it('gives the last places to as many as there are, of many at once', async () => {
      const storeId = await at().openStore()
      await times(mostItems - 3, () => at().newItem(storeId, 1))
      const answers = await times(9, () => at().commands.registerItem(at().ownerId, ask(storeId)))
      const types = answers.map(({ type }) => type).sort()
      expect(types).toEqual([...Array(3).fill('ItemPayload'), ...Array(6).fill('TooManyItems')])
    })

    it('does not use up the key of a failed request: the store may be known a moment later', async () => {
      const storeId = newId()
      const input = ask(storeId)
      expect(await at().commands.registerItem(at().ownerId, input)).toMatchObject({ type: 'NotFound' })
      await at().hear(heard({ type: 'StoreRegistered', data: { storeId, ownerId: at().ownerId, name: 'KJSHOP' } }))
      expect(await at().commands.registerItem(at().ownerId, input)).toMatchObject({ type: 'ItemPayload' })
    })
  })

  describe('changing an item', () => {
    it('changes the stock once for a key', async () => {
      const { id: itemId } = await at().newItem(await at().openStore(), 5)
      const input = { idempotencyKey: newId(), itemId, delta: 2 }
      for (const _ of [1, 2]) {
        expect(await at().commands.changeStock(at().ownerId, input)).toMatchObject({ item: { available: 7 } })
      }
      await Promise.all(
        [1, 2].map(() => at().commands.changeStock(at().ownerId, { ...input, idempotencyKey: 'again' })),
      )
      expect(await at().item(itemId)).toMatchObject({ available: 9, itemVersion: 3 })
      const conflict = await at().commands.changeStock(at().ownerId, { ...input, delta: 3 })
      expect(conflict).toMatchObject({ type: 'IdempotencyConflict' })
    })

    it('removes only units that are not reserved', async () => {
      const { id: itemId } = await at().newItem(await at().openStore(), 5)
      await at().confirm(newId(), [itemId, 3])
      const take = (delta: number) =>
        at().commands.changeStock(at().ownerId, { idempotencyKey: newId(), itemId, delta })
      expect(await take(-3)).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['delta'] }] })
      expect(await take(0)).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['delta'], code: 'NOT_ALLOWED' }],
      })
      expect(await take(-2)).toMatchObject({ item: { available: 0 } })
    })

    it('changes no stock of what is made to order, and does not use up the key', async () => {
      const { id: itemId } = await at().newItem(await at().openStore(), null)
      const input = { idempotencyKey: newId(), itemId, delta: 1 }
      for (const _ of [1, 2])
        expect(await at().commands.changeStock(at().ownerId, input)).toMatchObject({
          type: 'InvalidInput',
          problems: [{ path: ['itemId'], code: 'NOT_ALLOWED' }],
        })
      expect(await at().typesOf(itemId)).toEqual(['ItemRegistered'])
      const stranger = await at().commands.changeStock(newId(), input)
      expect(stranger).toMatchObject({ type: 'NotFound' })
    })

    it('changes the price and withdraws, each said once', async () => {
      const { id: itemId } = await at().newItem(await at().openStore(), 5)
      for (const _ of [1, 2]) {
        const result = await at().commands.changeItemPrice(at().ownerId, { itemId, price: won(1_000) })
        expect(result).toMatchObject({ item: { price: won(1_000), itemVersion: 2 } })
      }
      for (const _ of [1, 2]) {
        const result = await at().commands.withdrawItem(at().ownerId, { itemId })
        expect(result).toMatchObject({ item: { withdrawn: true, itemVersion: 3 } })
      }
      expect(await at().typesOf(itemId)).toEqual(['ItemRegistered', 'ItemPriceChanged', 'ItemWithdrawn'])
      const dollars = { itemId, price: { amount: 1, currency: 'USD' } }
      expect(await at().commands.changeItemPrice(at().ownerId, dollars)).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['price', 'currency'], code: 'NOT_ALLOWED' }],
      })
    })

    it("does not find another owner's item", async () => {
      const { id: itemId } = await at().newItem(await at().openStore(), 5)
      const stranger = newId()
      const attempts = [
        at().commands.changeStock(stranger, { idempotencyKey: newId(), itemId, delta: 1 }),
        at().commands.changeItemPrice(stranger, { itemId, price: won(1) }),
        at().commands.withdrawItem(stranger, { itemId }),
        at().commands.withdrawItem(at().ownerId, { itemId: newId() }),
        at().commands.withdrawItem(at().ownerId, { itemId: 'no id' }),
      ]
      for (const result of await Promise.all(attempts)) expect(result).toMatchObject({ type: 'NotFound' })
      expect(await at().typesOf(itemId)).toEqual(['ItemRegistered'])
    })
  })
}
