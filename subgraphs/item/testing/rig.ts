import type { KeyUse } from '../../../chassis/idempotency.ts'
import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Said } from '../../../schema/events/facts.ts'
import type { Ports } from '../application/ports.ts'
import type { Item } from '../domain/item.ts'
import { wire } from '../wire.ts'

/** Empty ports of one kind, and the facts said through them. */
export type Rig = { ports: Ports; said(): Promise<Said[]>; close(): Promise<void> }

/** Of one store, in these tests. */
export const settings = { mostItems: 12, photoKeys: ['the key of ITEM photos in these tests'] }

export type Actors = ReturnType<typeof actors>

/** The item context on ports, and the acts its tests are made of. */
export function actors({ ports, said }: Pick<Rig, 'ports' | 'said'>) {
  const { commands, hear } = wire(ports)
  const ownerId = newId()
  const say = (fact: Said) => hear(heard(fact))

  const openStore = async (owner = ownerId) => {
    const storeId = newId()
    await say({ type: 'StoreRegistered', data: { storeId, ownerId: owner, name: 'KJSHOP' } })
    return storeId
  }
  const newItem = async (storeId: string, stock: number | null, name = '장미 한바구니', owner = ownerId) => {
    const price = { amount: 50_000, currency: 'KRW' }
    const result = await commands.registerItem(owner, { idempotencyKey: newId(), storeId, name, price, stock })
    if (result.type !== 'ItemPayload') throw new Error(result.message)
    return result.item
  }
  const confirm = (orderId: string, ...asked: [itemId: string, quantity: number][]) => {
    const unitPrice = { amount: 50_000, currency: 'KRW' as const }
    const lines = asked.map(([itemId, quantity]) => ({ itemId, name: 'flowers', unitPrice, quantity }))
    return say({ type: 'OrderConfirmed', data: { orderId, customerId: newId(), storeId: newId(), lines } })
  }
  const cancel = (orderId: string) => say({ type: 'OrderCancelled', data: { orderId, reason: 'CUSTOMER' } })
  const reject = (orderId: string) => say({ type: 'Rejected', data: { orderId } })
  const keepKeyUse = (use: KeyUse) => ports.transact(newId(), async (tx) => tx.keyUses.save(use))
  const keepItem = (row: Item) =>
    ports.transact(newId(), async (tx) => {
      await tx.items.lock([row.id])
      tx.items.save(row)
    })
  const item = (id: string) => ports.transact(newId(), (tx) => tx.items.find(id))
  const saidOf = async (id: string) => (await said()).filter((fact) => JSON.stringify(fact.data).includes(id))
  const typesOf = async (id: string) => (await saidOf(id)).map(({ type }) => type)
  return {
    commands,
    hear,
    ownerId,
    openStore,
    newItem,
    confirm,
    cancel,
    reject,
    keepKeyUse,
    keepItem,
    item,
    saidOf,
    typesOf,
  }
}
