import { expect, it } from '@jest/globals'
import { emptyStore, memoryTransactions } from '../../../chassis/memory/transactions.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import { someStoreOrder } from '../testing/orders.ts'
import type { Rows } from './ports.ts'
import { rejectUnacceptedOrders } from './reject-unaccepted.ts'

const MINUTE = 60_000
const START = Date.parse('2026-05-08T00:00:00Z')

it('begins anew if the process was frozen while it rejected', async () => {
  let now = START
  const transact = memoryTransactions<Rows, SaidBy<'store'>>(
    emptyStore(),
    ['stores', 'owners', 'calendars', 'storeOrders', 'refunds', 'keyUses'],
    () => {},
  )
  const orders = ['first', 'second'].map((id) => someStoreOrder({ id, acceptBy: new Date(START + 40 * MINUTE) }))
  await transact('', async (tx) => {
    for (const order of orders) tx.storeOrders.save(order)
  })
  const unaccepted = () =>
    transact('', async (tx) => {
      const found = await tx.storeOrders.findAll(['first', 'second'])
      return found.filter(({ status }) => status === 'NEW').map(({ id }) => id)
    })
  const frozen = { forMs: 0 }
  const job = rejectUnacceptedOrders({
    transact: async (cause, work) => {
      const result = await transact(cause, work)
      now += frozen.forMs
      frozen.forMs = 0
      return result
    },
    now: () => new Date(now),
    newId: () => 'a command',
    unacceptedAt: async (at) => (at.getTime() < START + 40 * MINUTE ? [] : unaccepted()),
    settings: { mostStores: 20, acceptWithinMs: 30 * MINUTE, rejectAfterStartMs: 30 * MINUTE },
  })
  const workFor = async (minutes: number) => {
    for (const end = now + minutes * MINUTE; now < end; now += MINUTE / 12) await job()
  }
  await workFor(40)
  expect(await unaccepted()).toEqual(['first', 'second'])
  frozen.forMs = 4 * 60 * MINUTE
  await workFor(29)
  expect(await unaccepted()).toEqual(['second'])
  await workFor(29)
  expect(await unaccepted()).toEqual(['second'])
  await workFor(2)
  expect(await unaccepted()).toEqual([])
})
