import { type Database, mustChange, type Run } from './database.ts'
import { type Fact, isNew, say, show } from './messages.ts'
import { json } from './order.ts'

/** item: puts the order's lines aside. */
export const reserve = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (!(await isNew(run, fact))) return
    const { orderId, customerId, storeId, lines, promise, substitution } = fact.data
    const [known] = await run('select * from reservation where id = any($1::uuid[]) order by id for update', [
      [orderId],
    ])
    if (known) return
    const items = await run('select * from item where id = any($1::uuid[]) order by id for update', [
      lines.map(({ itemId }) => itemId),
    ])
    const stock = items.map(({ id, available, item_version }) => {
      const quantity = lines.find(({ itemId }) => itemId === id)?.quantity ?? 0
      return { itemId: id, available: available - quantity, itemVersion: item_version + 1 }
    })
    await say(run, 'item', 'StockReserved', fact.id, {
      orderId,
      customerId,
      storeId,
      lines,
      stock,
      promise,
      substitution,
    })
    await run(`insert into reservation (id, status, lines) values ($1, 'RESERVED', $2) returning version`, [
      orderId,
      json(lines.map(({ itemId, quantity }) => ({ itemId, quantity }))),
    ])
    for (const [index, { itemId, available, itemVersion }] of stock.entries())
      mustChange(
        await run(
          `update item set available = $1, item_version = $2, version = version + 1
           where id = $3 and version = $4 returning version`,
          [available, itemVersion, itemId, items[index]?.version],
        ),
      )
  })

/** store: opens the florist's order. */
export const openStoreOrder = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (!(await isNew(run, fact))) return
    const { orderId, customerId, storeId, promise, substitution } = fact.data
    const [store] = await run('select * from stores where id = $1', [storeId])
    const [known] = await run('select * from store_orders where id = $1', [orderId])
    if (!store || known) return
    const [refunded] = await run('select * from refunds where id = $1', [orderId])
    const [calendar] = await run('select * from calendars where id = $1', [storeId])
    const acceptBy = calendar ? promise.startsAt : null
    if (!refunded) await run('insert into refunds (id, total) values ($1, 0) returning version', [orderId])
    await show(run, 'store', `${store.owner_id}.${storeId}`, orderId, 1, {
      storeOrder: {
        __typename: 'StoreOrder',
        id: orderId,
        order: { __typename: 'Order', id: orderId },
        store: { __typename: 'Store', id: storeId },
        status: 'NEW',
        promise,
        acceptBy,
        refunded: { amount: 0, currency: 'KRW' },
        rejectionReason: null,
      },
    })
    await run(
      `insert into store_orders (id, status, store_id, owner_id, customer_id, promise, substitution, accept_by, refunded_total, revision)
       values ($1, 'NEW', $2, $3, $4, $5, $6, $7, 0, 1) returning version`,
      [orderId, storeId, store.owner_id, customerId, promise, substitution, acceptBy],
    )
  })

type Moment = { fact: Fact['type']; at: string; factId: string }

/** my-page: what the customer sees, after each fact about the order. */
export const hearForMyPage = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (!(await isNew(run, fact))) return
    const { orderId } = fact.data
    const [entry] = await run('select * from entries where id = any($1::uuid[]) order by id for update', [[orderId]])
    const moments: Moment[] = [...(entry?.timeline ?? []), { fact: fact.type, at: fact.occurredAt, factId: fact.id }]
    const timeline = moments.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    const heard = (type: Fact['type']) => timeline.some((moment) => moment.fact === type)
    const deal = fact.type === 'Ordered' ? dealOf(fact) : entry
    const after = {
      id: orderId,
      customer_id: deal?.customer_id,
      store_id: deal?.store_id,
      total: deal?.total,
      summary: deal?.summary,
      placed_at: deal?.placed_at,
      promise: deal?.promise ?? fact.data.promise,
      order_status: heard('OrderConfirmed') ? 'PAID' : 'AWAITING_PAYMENT',
      payment_status: heard('Paid') ? 'APPROVED' : null,
      timeline,
      revision: timeline.length,
      updated_at: timeline.at(-1)?.at,
    }
    if (after.customer_id) await showEntry(run, after)
    if (!entry) return insertEntry(run, after)
    mustChange(
      await run(
        `update entries set customer_id = $3, store_id = $4, total = $5, summary = $6, placed_at = $7, order_status = $8,
         payment_status = $9, timeline = $10, revision = $11, updated_at = $12, promise = $13, version = version + 1
         where id = $1 and version = $2 returning version`,
        [orderId, entry.version, ...valuesOf(after)],
      ),
    )
  })

const dealOf = ({ data, occurredAt }: Fact) => ({
  customer_id: data.customerId,
  store_id: data.storeId,
  total: data.total,
  summary: data.lines.map(({ name, quantity }) => `${name} × ${quantity}`).join(', '),
  placed_at: occurredAt,
  promise: data.promise,
})

type Entry = Partial<ReturnType<typeof dealOf>> & {
  id: string
  order_status: string
  payment_status: string | null
  timeline: Moment[]
  revision: number
  updated_at?: string
}

const valuesOf = ({ id: _, timeline, ...entry }: Entry) => {
  const { customer_id, store_id, total, summary, placed_at, order_status, payment_status } = entry
  const deal = [customer_id, store_id, total, summary, placed_at]
  const { revision, updated_at, promise } = entry
  return [...deal, order_status, payment_status, json(timeline), revision, updated_at, promise]
}

async function insertEntry(run: Run, entry: Entry): Promise<void> {
  mustChange(
    await run(
      `insert into entries (id, customer_id, store_id, total, summary, placed_at, order_status, payment_status, timeline,
       revision, updated_at, promise, refunded_total) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
       on conflict do nothing returning version`,
      [entry.id, ...valuesOf(entry)],
    ),
  )
}

async function showEntry(run: Run, entry: Entry): Promise<void> {
  const [store] = await run('select * from store_names where id = $1', [entry.store_id])
  await show(run, 'my-page', String(entry.customer_id), entry.id, entry.revision, {
    entry: {
      __typename: 'MyPageEntry',
      id: entry.id,
      orderId: entry.id,
      order: { __typename: 'Order', id: entry.id },
      storeName: store?.name,
      total: entry.total,
      revision: entry.revision,
      summary: entry.summary,
      orderStatus: entry.order_status,
      paymentStatus: entry.payment_status,
      deliveryStatus: null,
      promise: entry.promise,
      refunded: { amount: 0, currency: 'KRW' },
      timeline: entry.timeline.map(({ fact, at }) => ({ fact, at })),
      updatedAt: entry.updated_at,
    },
  })
}
