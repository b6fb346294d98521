import type { KnownDelivery } from '../../subgraphs/delivery/domain/delivery.ts'
import type { DeliveryContext } from '../../subgraphs/delivery/wire.ts'
import type { ItemContext } from '../../subgraphs/item/wire.ts'
import type { OrderContext } from '../../subgraphs/order/wire.ts'
import type { memoryProvider } from '../../subgraphs/payment/outbound/provider/memory.ts'
import type { PaymentContext } from '../../subgraphs/payment/wire.ts'
import type { StoreContext } from '../../subgraphs/store/wire.ts'
import type { Bus } from './bus.ts'
import type { Changed, Database } from './database.ts'
import type { Faults } from './faults.ts'
import type { createStamp } from './ids.ts'
import type { ContextName } from './plan.ts'
import type { Process } from './process.ts'
import type { Random } from './random.ts'
import type { Scheduler, StepOwner } from './scheduler.ts'
import type { Trace } from './trace.ts'

/** The commands that customers and staff call. */
export type Commands = {
  order: OrderContext['commands']
  payment: PaymentContext['commands']
  item: ItemContext['commands']
  store: StoreContext['commands']
  delivery: DeliveryContext['commands']
}

/**
 * All contexts, the bus and the payment provider, in one process and under one scheduler. create-world.ts assembles it;
 * its parts import only this type, so that they do not import each other.
 */
export type World = {
  scheduler: Scheduler
  random: Random
  faults: Faults
  bus: Bus
  databases: { [Context in ContextName]: Database }
  /** The owner of steps that continue after a process has died. */
  network: StepOwner
  /** A fact's envelope; equal facts get equal envelopes. */
  stamp: ReturnType<typeof createStamp>
  newId(): string
  trace: Trace
  /** Which rider may read where a delivery goes. */
  riderKnowing(delivery: KnownDelivery, now: Date): string | null
  /** The payment provider's own record of charges and refunds, in order. */
  book: ReturnType<typeof memoryProvider>['book']
  /** The running replicas of a context. */
  running(context: ContextName): { process: Process; commands: object }[]
  /** Ends the run with this error. */
  fail(error: unknown): void
  failUnlessTransient(error: unknown): void
  /** Starts work in the background; its failure ends the run. */
  spawn(work: () => Promise<unknown>): void
  /** Checks the invariants of a commit, whose transaction has begun at `begunAt`. */
  checkCommit(database: Database, changed: Changed[], process: Process, begunAt: number): void
  /** Moves the clock on; no process works until then. */
  skipTo(time: number): void
  /** All replicas of a context die, and are started again. */
  restart(context: ContextName): void
  /** Describes work that is not finished; null if there is none. */
  pendingWork(): string | null
}
