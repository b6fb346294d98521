import { createHash } from 'node:crypto'
import { Pool } from 'undici'
import { newId } from '../../../../chassis/ids.ts'
import { type Database, mustChange, type Run } from './database.ts'
import { type Fact, isNew, say } from './messages.ts'
import { json, type Placed } from './order.ts'

const LOCKED = 'select * from payments where id = any($1::uuid[]) order by id for update'
const INSERT = `insert into payments (id, customer_id, amount, store_id, ordered_at, charged_at, status, closed, attempts, parts, due_at)
  values ($1, $2, $3, $4, $5, $6, 'NONE', false, $7, '[]', $8) on conflict do nothing returning version`

/** A client of the provider, as the payment context has one. */
export function providerAt(url: string, token: string) {
  const pool = new Pool(new URL(url).origin, { connections: 128 })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return async (key: string, charge: object): Promise<void> => {
    const body = JSON.stringify(charge)
    const request = { method: 'POST', path: '/charges', headers: { ...headers, 'idempotency-key': key }, body } as const
    const { statusCode, body: answer } = await pool.request(request)
    const said = await answer.text()
    if (statusCode !== 200 || !said.includes('charged')) throw new Error(`The sandbox answered ${statusCode}: ${said}`)
  }
}

/** Charges an order: the attempt is committed before the provider is called, and its outcome after. */
export async function charge(
  database: Database,
  callProvider: ReturnType<typeof providerAt>,
  { orderId, total }: Placed,
  { customerId, paymentToken }: { customerId: string; paymentToken: string },
): Promise<void> {
  const cause = newId()
  const digest = createHash('sha256').update(paymentToken).digest('base64url').slice(0, 22)
  const key = `${orderId}:${digest}`
  const now = new Date()
  await database.transact(async (run) => {
    const [payment] = await run(LOCKED, [[orderId]])
    const [payer] = await run('select * from payers where id = any($1::uuid[]) order by id for update', [[customerId]])
    const earlier: string[] = payer?.open ?? []
    const tried = await run('select * from payments where id = any($1::uuid[]) order by id', [earlier])
    const open = tried.filter(({ status }) => status === 'NONE').map(({ id }) => id)
    const attempts = json([{ key, token: paymentToken, state: 'open', asked: 1, cause }])
    const dueAt = new Date(now.getTime() + 6_000)
    if (payment)
      await change(run, payment, 'charged_at = $3, attempts = $4, due_at = $5, customer_id = $6, amount = $7', [
        now,
        attempts,
        dueAt,
        customerId,
        total,
      ])
    else mustChange(await run(INSERT, [orderId, customerId, total, null, null, now, attempts, dueAt]))
    await savePayer(run, customerId, payer, json([...open, orderId]))
  })
  await callProvider(key, { token: paymentToken, amount: total, reference: orderId })
  await database.transact(async (run) => {
    const [payment] = await run(LOCKED, [[orderId]])
    await say(run, 'payment', 'Paid', cause, { orderId, amount: total })
    const attempts = json([{ key, asked: 1, cause, state: 'charged', token: null }])
    await change(run, payment, `status = 'APPROVED', attempts = $3, due_at = null`, [attempts])
  })
}

export const hearOrdered = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (!(await isNew(run, fact))) return
    const { orderId, customerId, total } = fact.data
    const [payment] = await run(LOCKED, [[orderId]])
    if (payment) await change(run, payment, 'ordered_at = $3', [fact.occurredAt])
    else mustChange(await run(INSERT, [orderId, customerId, total, null, fact.occurredAt, null, '[]', null]))
  })

export const hearConfirmed = (database: Database, fact: Fact): Promise<void> =>
  database.transact(async (run) => {
    if (!(await isNew(run, fact))) return
    const [payment] = await run(LOCKED, [[fact.data.orderId]])
    await change(run, payment, 'store_id = $3', [fact.data.storeId])
  })

async function change(run: Run, payment: { id: string; version: number }, set: string, values: unknown[]) {
  mustChange(
    await run(`update payments set ${set}, version = version + 1 where id = $1 and version = $2 returning version`, [
      payment.id,
      payment.version,
      ...values,
    ]),
  )
}

async function savePayer(run: Run, customerId: string, payer: { version: number } | undefined, open: string) {
  mustChange(
    payer
      ? await run(
          'update payers set open = $1, version = version + 1 where id = $2 and version = $3 returning version',
          [open, customerId, payer.version],
        )
      : await run(
          `insert into payers (id, declined, open) values ($1, '[]', $2) on conflict do nothing returning version`,
          [customerId, open],
        ),
  )
}
