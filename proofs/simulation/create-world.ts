import type { reconcile } from '../../chassis/relay.ts'
import type { Fact } from '../../schema/events/facts.ts'
import { busOf } from './bus.ts'
import { contextsIn, HEARS } from './contexts.ts'
import { databaseOf, outboxOf } from './database.ts'
import { Away, type Counts, faultsOf } from './faults.ts'
import { idsOf, stampOf } from './ids.ts'
import { watcher } from './invariants/always.ts'
import { unrestIn } from './invariants/unrest.ts'
import { CONTEXTS, type ContextName, type Plan } from './plan.ts'
import type { Plant } from './plant.ts'
import { type Process, processOf } from './process.ts'
import { random } from './random.ts'
import { relay } from './relay.ts'
import { type Owner, type Step, scheduler as schedulerOf } from './scheduler.ts'
import type { Trace } from './trace.ts'
import type { World } from './world.ts'

const STALLED_MS = 2_000
const FROZEN_MS = 15_000
/** Who gave no sign of life for so long may lead no more. */
const SIGN_OF_LIFE_MS = 3_000
const DOWN_MS = 10_000

const unreconciled: typeof reconcile = async (_, stream) => ({
  ...(await stream.state()),
  disconnects: stream.disconnects(),
  lost: 0,
  withheld: 0,
})

export function worldOf(plan: Plan, plant: Plant, counts: Counts, trace: Trace): World {
  const chance = random(`${plan.seed} schedule`)
  const faults = faultsOf(plan.seed, plan.faults, counts, trace)
  const network: Owner = { name: 'network', isAlive: true }
  const databases = Object.fromEntries(CONTEXTS.map((context) => [context, databaseOf()])) as World['databases']
  const up = new Map<Process, { process: Process; commands: object }>()
  let down = 0

  const mayGo = (step: Step) => {
    if (!isProcess(step.owner)) return true
    if (faults.dies(step.label)) {
      crash(step.owner, step.label)
      return false
    }
    if (faults.happens('a process freezes', step.owner.name)) freeze(step.owner)
    const ms = Math.max(
      step.owner.frozenUntil - scheduler.now(),
      faults.happens('a step stalls', step.label) ? chance.below(STALLED_MS) : 0,
    )
    if (ms > 0) scheduler.postpone(step, ms)
    return ms <= 0
  }
  const freeze = (process: Process) => {
    const ms = chance.below(FROZEN_MS)
    process.frozenUntil = scheduler.now() + ms
    const database = databases[process.context]
    const isThoughtDead = ms > SIGN_OF_LIFE_MS && database.leader === process
    if (isThoughtDead && faults.happens('a relay loses its lead', process.name)) database.leader = null
  }
  const scheduler = schedulerOf(chance, mayGo)
  const failUnlessAway = (error: unknown) => {
    if (!(error instanceof Away)) scheduler.fail(error)
  }
  const newId = idsOf(scheduler)
  const tools = { scheduler, random: chance, faults, network, fail: scheduler.fail }

  const world: World = {
    ...tools,
    bus: busOf({ ...tools, behind: plan.behind, acksFirst: plant.acksFirst ?? false }, trace),
    databases,
    stamp: stampOf({ now: () => new Date(scheduler.now()), newId }),
    newId,
    trace,
    book: [],
    running: (context) => [...up.values()].filter(({ process }) => process.context === context),
    failUnlessAway,
    spawn: (work) => void work().catch(scheduler.fail),
    watch: watcher(
      (orderId) => contexts.paid(orderId),
      () => scheduler.now(),
    ),
    unrest: () => {
      if (down) return 'a process is down'
      return contexts.callsUnderWay() ? 'the provider is being asked' : unrestIn(world)
    },
  }
  const contexts = contextsIn(world, plant)
  world.book = contexts.book

  const boot = (context: ContextName, name: string) => {
    const process = processOf(scheduler, context, name)
    const { hear, commands } = contexts.start[context](process)
    up.set(process, { process, commands })
    const isDeaf = (fact: Fact) => plant.deafTo === `${context} ${fact.type}`
    world.bus.join({ process, take: async (fact) => (isDeaf(fact) ? undefined : hear(fact)) })
    const real = world.bus.streamFor(process)
    const stream = plant.stream?.(real) ?? real
    const outbox = outboxOf(databases[context], process, faults)
    const planted = plant.outbox?.(outbox, stream) ?? outbox
    const reconciles = plant.neverReconciles ? unreconciled : undefined
    if (context !== 'my-page')
      world.spawn(() => relay(scheduler, databases[context], process, planted, stream, reconciles))
  }
  const crash = (process: Process, label: string) => {
    trace.log(() => `${process.name} dies before "${label}"`)
    process.die()
    up.delete(process)
    down += 1
    world.spawn(async () => {
      await scheduler.sleep(network, chance.below(DOWN_MS))
      down -= 1
      trace.log(() => `${process.name} is up again`)
      boot(process.context, process.name)
    })
  }

  for (const context of CONTEXTS) {
    world.bus.subscribe(context, HEARS[context])
    for (let replica = 1; replica <= plan.replicas[context]; replica++) boot(context, `${context}-${replica}`)
  }
  return world
}

const isProcess = (owner: Owner): owner is Process => 'context' in owner
