import type { reconcile } from '../../chassis/relay.ts'
import type { Fact } from '../../schema/events/facts.ts'
import { riderKnowing } from '../../subgraphs/delivery/domain/tracking.ts'
import { createBus } from './bus.ts'
import { contextStarters, HEARS, LATER } from './contexts.ts'
import { createDatabase, createOutbox } from './database.ts'
import { type Counts, createFaults, TransientError } from './faults.ts'
import { createIds, createStamp } from './ids.ts'
import { createCommitCheck } from './invariants/always.ts'
import { pendingWorkIn } from './invariants/pending-work.ts'
import { CONTEXTS, type ContextName, type Plan } from './plan.ts'
import type { Plant } from './plant.ts'
import { createProcess, type Process } from './process.ts'
import { createRandom } from './random.ts'
import { relay } from './relay.ts'
import { createScheduler, type Step, type StepOwner } from './scheduler.ts'
import type { Trace } from './trace.ts'
import type { World } from './world.ts'

const MAX_STALL_MS = 2_000
const MAX_FREEZE_MS = 15_000
/** A leader that is frozen for longer may lose its lead. */
const HEARTBEAT_TIMEOUT_MS = 3_000
/** A process that was frozen for longer counts as started again: florists could not see anything. */
const LONG_FREEZE_MS = 60_000
const MAX_DOWNTIME_MS = 10_000

const skipReconciliation: typeof reconcile = async (_, stream) => ({
  ...(await stream.state()),
  disconnects: stream.disconnects(),
  lost: 0,
  withheld: 0,
})

export function createWorld(plan: Plan, plant: Plant, counts: Counts, trace: Trace): World {
  const random = createRandom(`${plan.seed} schedule`)
  const faults = createFaults(plan.seed, plan.faults, counts, trace)
  const network: StepOwner = { name: 'network', isAlive: true }
  const databases = Object.fromEntries(CONTEXTS.map((context) => [context, createDatabase()])) as World['databases']
  const running = new Map<Process, { process: Process; commands: object }>()
  let down = 0

  const mayRun = (step: Step) => {
    if (!isProcess(step.owner)) return true
    if (faults.dies(step.label)) {
      crash(step.owner, step.label)
      return false
    }
    if (faults.happens('a process freezes', step.owner.name)) freeze(step.owner)
    const ms = Math.max(
      step.owner.frozenUntil - scheduler.now(),
      faults.happens('a step stalls', step.label) ? random.below(MAX_STALL_MS) : 0,
    )
    if (ms > 0) scheduler.postpone(step, ms)
    return ms <= 0
  }
  const freeze = (process: Process) => {
    const ms = random.below(MAX_FREEZE_MS)
    process.frozenUntil = scheduler.now() + ms
    const database = databases[process.context]
    const isPresumedDead = ms > HEARTBEAT_TIMEOUT_MS && database.leader === process
    if (isPresumedDead && faults.happens('a relay loses its lead', process.name)) database.leader = null
  }
  const scheduler = createScheduler(random, mayRun)
  const failUnlessTransient = (error: unknown) => {
    if (!(error instanceof TransientError)) scheduler.fail(error)
  }
  const newId = createIds(scheduler)
  const tools = { scheduler, random, faults, network, fail: scheduler.fail }

  const { acksFirst = false, laterFromEnd = false } = plant
  const delivery = { behind: plan.behind, acksFirst, laterFromEnd }
  const world: World = {
    ...tools,
    bus: createBus({ ...tools, ...delivery }, trace, plan.laterAfter),
    databases,
    stamp: createStamp({ now: () => new Date(scheduler.now()), newId }),
    newId,
    trace,
    book: [],
    riderKnowing: plant.riderKnowing ?? riderKnowing,
    running: (context: ContextName) => [...running.values()].filter(({ process }) => process.context === context),
    failUnlessTransient,
    spawn: (work) => void work().catch(scheduler.fail),
    checkCommit: createCommitCheck(
      (orderId) => contexts.charged(orderId),
      () => scheduler.now(),
    ),
    skipTo: (time) => {
      const isLong = time - scheduler.now() > LONG_FREEZE_MS
      scheduler.skipTo(time)
      if (isLong) for (const { process } of running.values()) process.workingSince = scheduler.now()
    },
    restart: (context) => {
      for (const { process } of world.running(context)) crash(process, 'restart')
    },
    pendingWork: () => {
      if (down) return 'a process is down'
      return contexts.providerCalls() ? 'a call to the provider is in progress' : pendingWorkIn(world)
    },
  }
  const contexts = contextStarters(world, plant)
  world.book = contexts.book

  const boot = (context: ContextName, name: string) => {
    const process = createProcess(scheduler, context, name)
    const { hear, commands } = contexts.start[context](process)
    running.set(process, { process, commands })
    const isIgnored = (fact: Fact) => plant.ignores === `${context} ${fact.type}`
    world.bus.join({ process, handle: async (fact) => (isIgnored(fact) ? undefined : hear(fact)) })
    const realStream = world.bus.streamFor(process)
    const stream = plant.stream?.(realStream) ?? realStream
    const realOutbox = createOutbox(databases[context], process, faults)
    const outbox = plant.outbox?.(realOutbox, stream) ?? realOutbox
    const reconciles = plant.neverReconciles ? skipReconciliation : undefined
    if (context !== 'my-page')
      world.spawn(() => relay(scheduler, databases[context], process, outbox, stream, reconciles))
  }
  const crash = (process: Process, label: string) => {
    trace.log(() => `${process.name} dies before "${label}"`)
    process.die()
    running.delete(process)
    down += 1
    world.spawn(async () => {
      await scheduler.sleep(network, random.below(MAX_DOWNTIME_MS))
      down -= 1
      trace.log(() => `${process.name} has restarted`)
      boot(process.context, process.name)
    })
  }

  for (const context of CONTEXTS) {
    const later = Object.values(LATER[context] ?? {})
    const others = later.flat() as string[]
    const facts = Object.keys(HEARS[context]).filter((fact) => !others.includes(fact))
    world.bus.subscribe(context, facts, false)
    for (const facts of later) world.bus.subscribe(context, facts, true)
    for (let replica = 1; replica <= plan.replicas[context]; replica++) boot(context, `${context}-${replica}`)
  }
  return world
}

const isProcess = (owner: StepOwner): owner is Process => 'context' in owner
