import { holds } from '../invariants/violation.ts'
import { answerOf } from '../process.ts'
import { type Random, random } from '../random.ts'
import type { Owner } from '../scheduler.ts'
import type { Commands, World } from '../world.ts'

/** What people asked for and were told, for the invariants. */
export type Records = {
  /** By customer and key: the orders it was answered with. */
  ordersOfKey: Map<string, Set<string>>
  /** By key: the most that the customer ever said they expect to pay. */
  expectedOfKey: Map<string, number>
  /** Changes of stock that were answered as made, by key. */
  stockChanges: Map<string, { itemId: string; delta: number }>
  /** How many customers are not yet done. */
  buying: number
  /** By owner and key: the stores and items it was answered with. */
  registeredOfKey: Map<string, Set<string>>
}

export const noRecords = (): Records => ({
  ordersOfKey: new Map(),
  expectedOfKey: new Map(),
  stockChanges: new Map(),
  buying: 0,
  registeredOfKey: new Map(),
})

/** Someone who asks the services for something, is sometimes not answered, and then asks again. */
export type Someone = Owner & {
  id: string
  chance: Random
  world: World
  records: Records
  /** Waits about so many paces. */
  wait(paces: number): Promise<void>
}

export function someone(world: World, records: Records, name: string, pace: number, seed: number): Someone {
  const chance = random(`${seed} ${name}`)
  const id = world.newId()
  world.story.name(id, name)
  const self: Someone = {
    name,
    id,
    isAlive: true,
    chance,
    world,
    records,
    wait: (paces) => world.scheduler.sleep(self, chance.below(2 * pace * paces + 1)),
  }
  return self
}

/** One request to a replica that is up; null where no answer came, whatever was done. */
export async function request<Context extends keyof Commands, Answer extends { type: string }>(
  self: Someone,
  context: Context,
  what: string,
  call: (commands: Commands[Context]) => Promise<Answer>,
): Promise<Answer | null> {
  const { scheduler, faults, story, failUnlessAway } = self.world
  const told = (answer: string) => story.tell(() => `${self.name}: ${what} → ${answer}`)
  const unanswered = (why: string) => {
    told(why)
    return null
  }
  await scheduler.step(self, 'ask')
  if (faults.happens('a request is lost', self.name)) return unanswered('the request is lost')
  const running = self.world.running(context)
  if (!running.length) return unanswered(`${context} is down`)
  const { process, commands } = self.chance.pick(running)
  // Of the context asked for, so with its commands.
  const answered = call(commands as Commands[Context]).catch((error) => {
    failUnlessAway(error)
    return null
  })
  const answer = await answerOf(process, answered, null)
  if (!answer) return unanswered(process.isAlive ? 'the database is away' : `${process.name} died`)
  await scheduler.step(self, 'be answered')
  if (faults.happens('an answer is lost', self.name)) return unanswered(`${answer.type}, but the answer is lost`)
  told(describe(answer))
  return answer
}

/** The same request again and again, until it is answered. */
export async function insist<Context extends keyof Commands, Answer extends { type: string }>(
  self: Someone,
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

/** Does it again, when nothing else happens: it must be answered as the first time. */
export async function repeat(act: () => Promise<{ type: string } | null>): Promise<void> {
  const [first, second] = [await act(), await act()]
  holds('a repeated command is answered as the first', first?.type === second?.type, () => {
    return `It was answered ${first?.type}, then ${second?.type}.`
  })
}

/** Staff stay so long after the last customer, in case there is yet something to do. */
const STAYS_MS = 20_000
const LOOKS_EVERY_MS = 300

/** Does what there is to do now and then, so many times, or until it is quiet for long. */
export async function nowAndThen(self: Someone, times: number, act: () => Promise<unknown> | null): Promise<void> {
  const { scheduler } = self.world
  let left = times
  let quietSince = scheduler.now()
  while (left > 0 && scheduler.now() - quietSince < STAYS_MS) {
    await self.wait(5)
    const acting = act()
    if (acting) {
      await acting
      left -= 1
    } else await scheduler.sleep(self, LOOKS_EVERY_MS)
    if (acting || self.records.buying) quietSince = scheduler.now()
  }
}

/** Puts a value to those of a key. */
export function record(of: Map<string, Set<string>>, key: string, value: string): void {
  of.set(key, (of.get(key) ?? new Set()).add(value))
}
