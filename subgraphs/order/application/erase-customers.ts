import type { Fact } from '../../../schema/events/facts.ts'
import { erasing, newBuyer } from '../domain/buyer.ts'
import { erase } from '../domain/erasing.ts'
import type { Ports, Tx } from './ports.ts'

/** Remembers that a customer has erased their account: what is personal in their orders is to go as these end (`eraseCustomers`). */
export async function followUserErased(tx: Tx, { data }: Fact<'UserErased'>): Promise<void> {
  const [buyer = newBuyer(data.userId)] = await tx.buyers.lock([data.userId])
  tx.buyers.save(erasing(buyer, 'DUE'))
}

/**
 * Erases what is personal in the ended orders of customers who have erased their account, and forgets a customer none of whose orders is
 * left. A job, so that it makes no difference which process ended an order, and in what order the facts came. Returns the number of
 * orders. `atOnce`: of customers that are read, and of orders that are changed in one transaction. A failure does not stop the others: it
 * is thrown after them.
 */
export async function eraseCustomers(ports: Ports, atOnce = 100): Promise<number> {
  let erased = 0
  let failure: unknown
  for (let after: string | null = null; ; ) {
    const due: string[] = await ports.customersToErase(after, atOnce)
    for (const id of due) {
      await eraseOrdersOf(ports, id, atOnce).then(
        (count) => {
          erased += count
        },
        (error) => {
          failure ??= error
        },
      )
    }
    after = due.at(-1) ?? null
    if (due.length < atOnce) break
  }
  if (failure) throw failure
  return erased
}

async function eraseOrdersOf(ports: Ports, customerId: string, atOnce: number): Promise<number> {
  for (let erased = 0; ; ) {
    const count = await ports.transact(ports.newId(), (tx) => eraseSome(tx, customerId, atOnce))
    erased += count
    if (count < atOnce) return erased
  }
}

async function eraseSome(tx: Tx, customerId: string, atOnce: number): Promise<number> {
  // Under the customer's lock, as orders are placed, so that none is overlooked when the customer is done with.
  const [buyer] = await tx.buyers.lock([customerId])
  // Before the ended ones are read: an order that ends in between must not be in neither.
  const open = await tx.unerased(customerId, 'open', 1)
  const ended = await tx.orders.lock(await tx.unerased(customerId, 'ended', atOnce))
  for (const order of ended) tx.orders.save(erase(order))
  if (buyer && !open.length && ended.length < atOnce) tx.buyers.save(erasing(buyer, 'DONE'))
  return ended.length
}
