// npm run bench:orders: what an order costs over all processes, until my-page shows its stock as reserved, beside a floor written by
// hand; and from there to its delivery. proofs/bench/orders/README.md says how to read it.
import { globalId } from '../../../chassis/global-ids.ts'
import { commandLine } from '../../../scripts/command-line.ts'
import { type Contender, type System, startFloor, startSystem } from './contenders.ts'
import { compare, type Measured, reportDelivery, reportPrograms, reportSpeed, reportStored } from './report.ts'
import { allHave, idleOf, measure, place } from './rounds.ts'

const { options } = commandLine('bench:orders')
const { orders, clients, rounds, warmUp } = options
const deadline = performance.now() + options.seconds * 1_000

/** How many windows with a limit the orders of a run go to; 0: the store has no calendar. */
const HOT_WINDOWS = [0, 1, 10]

const STEPS = [
  ['bundang', 'receive'],
  ['bundang', 'decorate'],
  ['rider', 'depart'],
  ['rider', 'complete'],
] as const

/** In the order of the tables; the floor ends first, since it uses the system's databases. */
const contenders: Contender[] = []
try {
  const system = await startSystem('this', clients)
  contenders.push(system.contender)
  contenders.unshift(await startFloor(system))
  if (options.against) {
    contenders.push((await startSystem('before', clients, options.against)).contender)
  }
  for (const contender of contenders) {
    await place(contender, warmUp / 2, clients)
    await place(contender, warmUp / 2, clients, contender.hotWindows.length)
  }
  const measured = await interleaved(contenders)
  report(measured)
  await deliver(system, measured.find(({ name }) => name === 'this')?.rounds.at(-1)?.done.ids ?? [])
} finally {
  for (const contender of contenders) await contender.end()
}

/** Measures the contenders in turns, so that each round's were measured at the same time of a machine that others use, too. */
async function interleaved(contenders: Contender[]): Promise<Measured[]> {
  const idle = new Map(await Promise.all(contenders.map(async (each) => [each, await idleOf(each)] as const)))
  const lanes = HOT_WINDOWS.flatMap((hot) =>
    contenders
      .filter(({ hotWindows }) => hotWindows.length >= hot)
      .map((contender) => ({ contender, hot, measured: { name: nameOf(contender, hot), rounds: [] } as Measured })),
  )
  for (let n = 0; n < rounds; n++) {
    for (const { contender, hot, measured } of lanes) {
      const work = () => place(contender, orders, clients, hot)
      measured.rounds.push(await measure(contender, orders, idle.get(contender) ?? {}, work))
    }
    if (performance.now() > deadline) {
      console.log(`After ${options.seconds} s no further round is begun.`)
      break
    }
  }
  return lanes.map(({ measured }) => measured)
}

function nameOf({ name }: Contender, hot: number): string {
  return hot === 0 ? name : `${name}, ${hot} hot`
}

function report(measured: Measured[]): void {
  const count = measured[0]?.rounds.length
  console.log(
    `${count} interleaved rounds of ${orders} orders each, by ${clients} clients, each a customer. Medians; CPU`,
  )
  console.log('time of all processes above idle, and its ratio in each round (lowest to highest).')
  reportSpeed(measured)
  reportPrograms(measured)
  reportStored(measured)
  const named = (name: string) => measured.find((each) => each.name === name)
  const [here, before] = [named('this'), named('before')]
  if (here && before) compare(here, before)
  for (const hot of HOT_WINDOWS.slice(1)) {
    const inWindows = named(`this, ${hot} hot`)
    if (here && inWindows) compare(inWindows, here)
  }
}

/** Takes orders through store and delivery, one step after the other, and prints what that costs. */
async function deliver({ app, contender }: System, ids: string[]): Promise<void> {
  const { cost } = await measure(contender, ids.length, await idleOf(contender), async () => {
    for (const [who, step] of STEPS) {
      const waiting = ids.values()
      const client = async () => {
        for (const id of waiting) await app.stepWhenReady(who, step, globalId('Order', id))
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
    await allHave(contender, 'DeliveryCompleted', ids)
  })
  reportDelivery(cost, contender.usage.rssMiB())
}
