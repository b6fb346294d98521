import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { globalId } from '../../chassis/global-ids.ts'
import { newId } from '../../chassis/ids.ts'
import storeRegistered from '../../schema/events/samples/StoreRegistered.v1.json' with { type: 'json' }
import { ask } from '../../scripts/client.ts'
import type { World } from './world.ts'

/** A fault, and the alerts that it has to cause, each with labels that it has to have. */
export type Fault = {
  does: string
  fires: { alertname: string; [label: string]: string }[]
  /** Causes it; returns how to mend it. `seen`: resolves when all alerts have fired. */
  cause(world: World, seen: Promise<void>): Promise<() => unknown>
}

const HOUR_MS = 3_600_000
const nothing = () => {}
const times = <Result>(count: number, make: (index: number) => Result): Result[] =>
  Array.from({ length: count }, (_, i) => make(i))
const placedBy = async (world: World, who: Parameters<World['app']['placeOnce']>[0], token = 'tok_ok') =>
  world.app.placeOnce(who, await world.app.itemCalled('안개꽃한다발'), 1, { paymentToken: token })
/** A different query of each customer, since equal ones are asked once. */
const readMenu = ({ app, customers }: World) =>
  Promise.allSettled(customers.map((who, index) => app.as(who, `{ items(first: ${index + 1}) { nodes { id name } } }`)))
const storeFact = (body = JSON.stringify(storeRegistered)) => ({
  subject: `facts.store.StoreRegistered.${storeRegistered.data.storeId}`,
  body,
})
/** Does it again and again until `seen`; what fails is part of the fault. */
async function until(seen: Promise<void>, work: () => Promise<unknown>): Promise<void> {
  let isSeen = false
  void seen.then(() => (isSeen = true))
  while (!isSeen) await work().catch(() => {})
}

export const FAULTS: Fault[] = [
  {
    does: 'strangers try tokens, ids and cards',
    fires: [{ alertname: 'TokensRefused' }, { alertname: 'IdsTried' }, { alertname: 'CardsTried' }],
    cause: async ({ app, stack, customers }, seen) => {
      // Of a shop without limited windows, in which a customer may leave fewer orders unpaid.
      const item = await app.itemCalled('장미 한바구니')
      let turn = 0
      const next = () => customers[turn++ % customers.length] ?? 'lee'
      // Again and again, since Prometheus cannot know that a counter was 0 before it was there.
      void until(seen, () =>
        Promise.all([
          ...times(10, () => ask(stack.url, '{ __typename }', { token: 'a.b.c' })),
          ...times(10, () => app.step('kj', 'receive', globalId('Order', newId()))),
          ...times(4, () => app.placeOnce(next(), item, 1, { paymentToken: 'tok_declined' })),
          delay(2_000),
        ]),
      )
      return nothing
    },
  },
  {
    does: 'the payment provider hangs; its payments and orders become old',
    fires: [
      // Order stops asking before enough payments have reached the provider to open the circuit to it, too.
      { alertname: 'CallCircuitOpen', to: 'payment' },
      { alertname: 'MoneyUnsettled', kind: 'charge' },
      { alertname: 'OrdersStuck', kind: 'unpaid' },
    ],
    cause: async (world) => {
      const behave = (ms: number) =>
        world.stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify({ latencyMs: { min: ms, max: ms } }) })
      await behave(60_000)
      // On a busy machine some are late even for the router.
      await Promise.allSettled(world.customers.map((who) => placedBy(world, who)))
      await world.sql('flower_payment', 'update payments set charged_at = $1 where due_at is not null', [
        new Date(Date.now() - HOUR_MS),
      ])
      const unpaid = `orders where status = 'AWAITING_PAYMENT'`
      const orders = await world.session('flower_order')
      await orders.query(`update orders set pay_by = $1 where id in (select id from ${unpaid})`, [
        new Date(Date.now() - HOUR_MS),
      ])
      // The job that expires them waits for these locks.
      await orders.query(`begin; select id from ${unpaid} for update`)
      return async () => {
        await orders.end()
        await behave(0)
      }
    },
  },
  {
    does: 'a florist does not receive an order',
    fires: [{ alertname: 'PeopleLate', kind: 'not_received' }],
    cause: async (world) => {
      const id = newId(Date.now() - HOUR_MS)
      const parties = 'store_id, owner_id, customer_id from store_orders where store_id is not null limit 1'
      await world.sql(
        'flower_store',
        `insert into store_orders (id, status, store_id, owner_id, customer_id)
        select $1, 'NEW', ${parties}`,
        [id],
      )
      return () => world.sql('flower_store', 'delete from store_orders where id = $1', [id])
    },
  },
  {
    does: 'a fact that nobody can read',
    fires: [{ alertname: 'FactsParked', service: 'order' }],
    cause: async (world) => {
      await world.publish([storeFact('nonsense')])
      return () => Promise.all(['order', 'item'].map((name) => world.sql(`flower_${name}`, 'delete from parked')))
    },
  },
  {
    does: "a lock on item's table",
    fires: [{ alertname: 'PoolExhausted', service: 'item' }, { alertname: 'RequestsSlow' }],
    cause: async (world, seen) => {
      const session = await world.session('flower_item')
      await session.query('begin; lock table item in access exclusive mode')
      void until(seen, () => readMenu(world))
      return () => session.end()
    },
  },
  {
    does: 'a table that is not there',
    fires: [{ alertname: 'ResolverFailed', service: 'item' }, { alertname: 'RequestErrors' }],
    cause: async (world, seen) => {
      await world.sql('flower_item', 'alter table item rename to away')
      void until(seen, () => readMenu(world))
      return () => world.sql('flower_item', 'alter table away rename to item')
    },
  },
  {
    does: "item's database refuses it while facts come",
    fires: [
      { alertname: 'DatabaseDown', service: 'item' },
      { alertname: 'ConsumerStuck', service: 'item' },
      { alertname: 'ConsumerBehind', service: 'item' },
    ],
    cause: async (world) => {
      await world.sql('postgres', 'alter database flower_item allow_connections false')
      await world.sql(
        'postgres',
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'flower_item'`,
      )
      await world.publish(times(2_500, () => storeFact()))
      return () => world.sql('postgres', 'alter database flower_item allow_connections true')
    },
  },
  {
    does: 'the folder of the audit trail is gone',
    fires: [{ alertname: 'AuditNotWritten' }],
    cause: async (world, seen) => {
      const audit = join(world.stack.dataDir, 'audit')
      renameSync(audit, `${audit}.away`)
      writeFileSync(audit, 'no folder')
      void until(seen, () => placedBy(world, 'lee'))
      return () => {
        rmSync(audit)
        renameSync(`${audit}.away`, audit)
      }
    },
  },
  {
    does: 'a process freezes (streams)',
    fires: [{ alertname: 'ProcessDown', service: 'streams' }],
    cause: ({ freeze }) => freeze('streams'),
  },
  {
    does: 'a process stands still for a second again and again (order)',
    fires: [{ alertname: 'EventLoopBlocked', service: 'order' }],
    cause: async ({ freeze }, seen) => {
      void until(seen, async () => {
        const goOn = await freeze('order')
        await delay(700)
        goOn()
        await delay(200)
      })
      return nothing
    },
  },
  {
    does: 'a process dies again and again (delivery)',
    fires: [{ alertname: 'ProcessRestarts', service: 'delivery' }],
    cause: async ({ kill }, seen) => {
      void until(seen, () => kill('delivery').then(() => delay(2_000))) // Prometheus has seen it by then.
      return nothing
    },
  },
  {
    does: 'item and account freeze',
    fires: [{ alertname: 'SubgraphCircuitOpen', subgraph: 'item' }, { alertname: 'RevocationsStale' }],
    cause: async (world, seen) => {
      const goOn = [await world.freeze('account'), await world.freeze('item')]
      void until(seen, () => readMenu(world).then(() => delay(100)))
      return () => goOn.map((go) => go())
    },
  },
  {
    does: 'NATS freezes',
    fires: [{ alertname: 'NatsDown' }],
    cause: ({ freeze }) => freeze('nats'),
  },
  {
    does: 'FACTS is full',
    fires: [{ alertname: 'FactsNearlyFull' }, { alertname: 'OutboxOld', outbox: 'facts' }],
    cause: async (world, seen) => {
      await world.publish(times(140, () => storeFact('x'.repeat(60_000)))) // More than the 8 MB that it may have.
      void until(seen, () => placedBy(world, 'lee').finally(() => delay(1_000)))
      return nothing
    },
  },
]
