import { createHash } from 'node:crypto'
import { newId } from '../../../../chassis/ids.ts'
import { serializeByKey } from '../../../../chassis/keyed-queue.ts'
import { type Database, mustChange } from './database.ts'
import { type Fact, isNew, type Line, type Money, say } from './messages.ts'
import { findWindow, type Promised, takePlace } from './windows.ts'

/** What a client of the floor posts: the fields of PlaceOrderInput, without the API's ids. */
export type PlaceOrder = {
  customerId: string
  idempotencyKey: string
  storeId: string
  lines: { itemId: string; quantity: number }[]
  recipient: object
  cardMessage: string
  /** Of a window with a limit. */
  windowId?: string
  paymentToken: string
}
export type Placed = { orderId: string; total: Money; lines: Line[] }

/** One booking of a store at a time, so that the others hold no connection while they wait. */
const turn = serializeByKey()

/** Records an order that waits for its payment. */
export const place = (database: Database, input: PlaceOrder): Promise<Placed> =>
  input.windowId === undefined ? record(database, input) : turn(input.storeId, () => record(database, input))

const record = (database: Database, input: PlaceOrder): Promise<Placed> =>
  database.transact(async (run) => {
    const { customerId, storeId } = input
    const key = digestOf([customerId, 'placeOrder', input.idempotencyKey])
    const [used] = await run('select * from key_uses where id = $1', [key])
    if (used) throw new Error('The bench uses each key once.')
    const [store] = await run('select * from stores where id = $1', [storeId])
    const menu = await run('select * from menu where id = any($1::uuid[]) order by id', [
      input.lines.map(({ itemId }) => itemId),
    ])
    const lines = input.lines.map(({ itemId, quantity }): Line => {
      const item = menu.find(({ id }) => id === itemId)
      if (!store || !item || item.withdrawn || item.available < quantity) throw new Error('It can not be ordered.')
      return { itemId, name: item.name, unitPrice: item.price, quantity }
    })
    const { window, timeZone } = await findWindow(run, storeId, input.windowId)
    const [buyer] = await run('select * from buyers where id = any($1::uuid[]) order by id for update', [[customerId]])
    const earlier: string[] = buyer?.unpaid ?? []
    const unpaid = await run('select * from orders where id = any($1::uuid[]) order by id', [earlier])
    const stillUnpaid = unpaid.filter(({ status }) => status === 'AWAITING_PAYMENT').map(({ id }) => id)

    await takePlace(run, storeId, window)

    const orderId = newId()
    const amount = lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice.amount * quantity, 0)
    const total = { amount, currency: 'KRW' }
    const placedAt = new Date()
    const promise: Promised = {
      startsAt: window.startsAt.toISOString(),
      endsAt: window.endsAt.toISOString(),
      timeZone,
    }
    const deliveryFee = { amount: 0, currency: 'KRW' }
    const payBy = new Date(placedAt.getTime() + 30 * 60_000)
    await run('insert into key_uses (id, input_digest, result_id) values ($1, $2, $3) returning version', [
      key,
      digestOf(input),
      orderId,
    ])
    await say(run, 'order', 'Ordered', newId(), {
      orderId,
      customerId,
      storeId,
      lines,
      promise,
      total,
      deliveryFee,
      payBy: payBy.toISOString(),
    })
    await run(
      `insert into orders (id, customer_id, store_id, status, lines, total, delivery_fee, promise, holds_place, recipient, card_message,
       substitution, placed_at, pay_by, awaits_rider)
       values ($1, $2, $3, 'AWAITING_PAYMENT', $4, $5, $6, $7, $8, $9, $10, 'EQUAL_VALUE', $11, $12, false) returning version`,
      [
        orderId,
        customerId,
        storeId,
        json(lines),
        total,
        deliveryFee,
        promise,
        window.capacity !== null,
        input.recipient,
        input.cardMessage,
        placedAt,
        payBy,
      ],
    )
    const open = json([...stillUnpaid, orderId])
    if (buyer)
      mustChange(
        await run(
          'update buyers set unpaid = $1, version = version + 1 where id = $2 and version = $3 returning version',
          [open, customerId, buyer.version],
        ),
      )
    else
      mustChange(
        await run(
          `insert into buyers (id, unpaid, declined) values ($1, $2, '[]') on conflict do nothing returning version`,
          [customerId, open],
        ),
      )
    return { orderId, total, lines }
  })

const CONFIRM = `update orders set status = 'PAID', version = version + 1 where id = $1 and version = $2 returning version`

/** The order is paid: the deal stands, unless it was confirmed already. */
async function confirmOnce(run: Parameters<Parameters<Database['transact']>[0]>[0], orderId: string, cause: string) {
  const [order] = await run('select * from orders where id = $1', [orderId])
  if (order?.status !== 'AWAITING_PAYMENT') return
  const { customer_id: customerId, store_id: storeId, lines, promise, substitution } = order
  await say(run, 'order', 'OrderConfirmed', cause, { orderId, customerId, storeId, lines, promise, substitution })
  mustChange(await run(CONFIRM, [orderId, order.version]))
}

export const confirm = (database: Database, orderId: string): Promise<void> =>
  database.transact((run) => confirmOnce(run, orderId, newId()))

export const hearPaid = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (await isNew(run, fact)) await confirmOnce(run, fact.data.orderId, fact.id)
  })

export const hearStock = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (!(await isNew(run, fact))) return
    for (const { itemId, available, itemVersion } of fact.data.stock) {
      const [item] = await run('select * from menu where id = $1', [itemId])
      if (!item || item.available_version >= itemVersion) continue
      mustChange(
        await run(
          `update menu set available = $1, available_version = $2, version = version + 1
           where id = $3 and version = $4 returning version`,
          [available, itemVersion, itemId, item.version],
        ),
      )
    }
  })

/** pg would send an array as PostgreSQL's own kind of array. */
export const json = (value: unknown): string => JSON.stringify(value)

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url')
