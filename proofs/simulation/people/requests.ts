import { assertRule } from '../invariants/violation.ts'
import { answerOf } from '../process.ts'
import { createRandom, type Random } from '../random.ts'
import type { StepOwner } from '../scheduler.ts'
import type { Commands, World } from '../world.ts'

/** The people's requests and the answers, for the invariants. */
export type Records = {
  /** By customer and key: the orders in the answers. */
  ordersOfKey: Map<string, Set<string>>
  /** By key: the highest total that the customer expected. */
  expectedOfKey: Map<string, number>
  /** By key: the changes of stock that were confirmed. */
  stockChanges: Map<string, { itemId: string; delta: number }>
  /** By store: when its customers rush for the first window with a limit. */
  rushAt: Map<string, number>
  /** The number of customers that have not finished. */
  activeCustomers: number
  /** By delivery: what riders said of it, as `rider departs 1`. */
  rides: Map<string, Set<string>>
  /** By delivery: the links that were given away, to which phone number, and whether they were forbidden since. */
  links: Map<string, { token: string; phone: string; isForbidden: boolean }[]>
  /** By owner, or order, and key: the stores, items and part refunds in the answers. */
  registeredOfKey: Map<string, Set<string>>
}

export const noRecords = (): Records => ({
  ordersOfKey: new Map(),
  expectedOfKey: new Map(),
  stockChanges: new Map(),
  rushAt: new Map(),
  rides: new Map(),
  links: new Map(),
  activeCustomers: 0,
  registeredOfKey: new Map(),
})

/** A person who sends requests to the services, and repeats those that get no answer. */
export type Actor = StepOwner & {
  id: string
  random: Random
  world: World
  records: Records
  /** Waits for about this many paces of the plan. */
  wait(paces: number): Promise<void>
}

export function createActor(world: World, records: Records, name: string, pace: number, seed: number): Actor {
  const random = createRandom(`${seed} ${name}`)
  const id = world.newId()
  world.trace.name(id, name)
  const self: Actor = {
    name,
    id,
    isAlive: true,
    random,
    world,
    records,
    wait: (paces) => world.scheduler.sleep(self, random.below(2 * pace * paces + 1)),
  }
  return self
}

/** One request to a running replica; null if no answer came, whether or not it had an effect. */
export async function request<Context extends keyof Commands, Answer extends { type: string }>(
  self: Actor,
  context: Context,
  what: string,
  call: (commands: Commands[Context]) => Promise<Answer>,
): Promise<Answer | null> {
  const { scheduler, faults, trace, failUnlessTransient } = self.world
  const log = (answer: string) => trace.log(() => `${self.name}: ${what} → ${answer}`)
  const unanswered = (why: string) => {
    log(why)
    return null
  }
  await scheduler.step(self, 'send a request')
  if (faults.happens('a request is lost', self.name)) return unanswered('the request is lost')
  const running = self.world.running(context)
  if (!running.length) return unanswered(`${context} is down`)
  const { process, commands } = self.random.pick(running)
  // `running` returns replicas of this context only.
  const answered = call(commands as Commands[Context]).catch((error) => {
    failUnlessTransient(error)
    return null
  })
  const answer = await answerOf(process, answered, null)
  if (!answer) return unanswered(process.isAlive ? 'a transient failure' : `${process.name} died`)
  await scheduler.step(self, 'receive an answer')
  if (faults.happens('an answer is lost', self.name)) return unanswered(`${answer.type}, but the answer is lost`)
  log(describe(answer))
  return answer
}

/** Repeats a request until it is answered. */
export async function requestUntilAnswered<Context extends keyof Commands, Answer extends { type: string }>(
  self: Actor,
  context: Context,
  what: string,
  call: (commands: Commands[Context]) => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const answer = await request(self, context, what, call)
    if (answer) return answer
    await self.wait(3)
    await self.world.scheduler.sleep(self, 100)
  }
}

const describe = (answer: { type: string; order?: { status: string }; status?: string }) =>
  [answer.type, answer.order?.status ?? answer.status].filter(Boolean).join(' ')

/** Repeats an action while nothing else happens; both answers must be the same. */
export async function repeatAndCompare(act: () => Promise<{ type: string } | null>): Promise<void> {
  const [first, second] = [await act(), await act()]
  assertRule('a repeated command is answered as the first', first?.type === second?.type, () => {
    return `It was answered ${first?.type}, then ${second?.type}.`
  })
}

/** Staff stay this long after the last customer, in case of further work. */
const IDLE_LIMIT_MS = 20_000
const READ_INTERVAL_MS = 500

/** Acts `times` times with pauses, or until there has been no work for IDLE_LIMIT_MS. */
export async function actRepeatedly(self: Actor, times: number, act: () => Promise<unknown> | null): Promise<void> {
  const { scheduler } = self.world
  let left = times
  let quietSince = scheduler.now()
  while (left > 0 && scheduler.now() - quietSince < IDLE_LIMIT_MS) {
    await self.wait(5)
    const acting = act()
    if (acting) {
      await acting
      left -= 1
    } else await scheduler.sleep(self, READ_INTERVAL_MS)
    if (acting || self.records.activeCustomers) quietSince = scheduler.now()
  }
}

/** Adds a value to a key's set. */
export function record(of: Map<string, Set<string>>, key: string, value: string): void {
  of.set(key, (of.get(key) ?? new Set()).add(value))
}
