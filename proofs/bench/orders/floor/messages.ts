import { globalId } from '../../../../chassis/global-ids.ts'
import { newId } from '../../../../chassis/ids.ts'
import type { Run } from './database.ts'
import type { Promised } from './windows.ts'

/** The prefixes of the subjects in the floor's own streams. */
export const FACTS_SUBJECTS = 'floor.facts'
export const LIVE_SUBJECTS = 'floor.live'

/** What the floor reads of facts; the contexts' contracts are in schema/events. */
export type Fact = {
  id: string
  type: 'Ordered' | 'Paid' | 'OrderConfirmed' | 'StockReserved'
  occurredAt: string
  data: {
    orderId: string
    customerId: string
    storeId: string
    lines: Line[]
    total: Money
    amount: Money
    stock: { itemId: string; available: number; itemVersion: number }[]
    payBy: string
    promise: Promised
    deliveryFee: Money
    substitution: string
  }
}
export type Money = { amount: number; currency: string }
export type Line = { itemId: string; name: string; unitPrice: Money; quantity: number }

const INTO_OUTBOX = 'insert into outbox (id, subject, key, message) values ($1, $2, $3, $4) returning position'
const INTO_LIVE_OUTBOX =
  'insert into live_outbox (id, subject, key, message) values ($1, $2, $3, $4) returning position'
const INTO_INBOX = `insert into inbox (fact_id, type) select $1::uuid, $2
  where not exists (select from inbox where fact_id = $1::uuid and type = '') on conflict do nothing returning fact_id`

/** Records a fact about an order in the outbox. */
export async function say(
  run: Run,
  publisher: string,
  type: Fact['type'],
  cause: string,
  data: Partial<Fact['data']> & { orderId: string },
) {
  const id = newId()
  const { orderId } = data
  const message = {
    id,
    type,
    version: 1,
    occurredAt: new Date().toISOString(),
    correlationId: orderId,
    causationId: cause,
    data,
  }
  await run(INTO_OUTBOX, [id, `${FACTS_SUBJECTS}.${publisher}.${type}.${orderId}`, orderId, message])
}

/** Records a live state of an order in the live outbox. */
export async function show(run: Run, feed: string, audience: string, orderId: string, revision: number, state: object) {
  const subject = `${LIVE_SUBJECTS}.${feed}.${audience}.${globalId('Order', orderId)}`
  await run(INTO_LIVE_OUTBOX, [newId(), subject, `${feed} ${orderId}`, { revision, open: true, state }])
}

/** Records a fact in the inbox; false if it is there. */
export const isNew = async (run: Run, { id, type }: Fact): Promise<boolean> =>
  (await run(INTO_INBOX, [id, type])).length === 1
