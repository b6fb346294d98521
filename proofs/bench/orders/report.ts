import type { Cost, Placed } from './rounds.ts'

type Round = { done: Placed; cost: Cost }

/** The rounds of one contender; `name` says with how many hot windows. */
export type Measured = { name: string; rounds: Round[] }

/** Prints speed, latency and CPU time of each contender beside the floor's with as many hot windows. */
export function reportSpeed(measured: Measured[]): void {
  const floorOf = (name: string) => measured.find((each) => each.name === name.replace(/^\w+/, 'floor'))
  console.table(
    Object.fromEntries(
      measured.map(({ name, rounds }) => {
        const latencies = rounds.flatMap(({ done }) => done.latencies).toSorted((a, b) => a - b)
        const at = (share: number) => Math.round(latencies[Math.floor((latencies.length - 1) * share)] ?? 0)
        const row = {
          'orders/s': round1(median(rounds.map(({ done, cost }) => done.ids.length / cost.seconds))),
          'p50 ms': at(0.5),
          'p99 ms': at(0.99),
          deferred: rounds.reduce((sum, { done }) => sum + done.deferred, 0),
          'CPU ms an order': round1(median(rounds.map(totalOf))),
          '× floor': ratios(rounds, floorOf(name)?.rounds ?? []),
        }
        return [name, row]
      }),
    ),
  )
}

/** Prints the CPU time of each program. */
export function reportPrograms(measured: Measured[]): void {
  const programs = new Set(measured.flatMap(({ rounds }) => Object.keys(rounds[0]?.cost.cpuMs ?? {})))
  const row = (msOf: (cost: Cost) => number | undefined) =>
    Object.fromEntries(
      measured.flatMap(({ name, rounds }) => {
        const each = rounds.map(({ cost }) => msOf(cost)).filter((ms) => ms !== undefined)
        return each.length ? [[name, round1(median(each))]] : []
      }),
    )
  console.log('CPU ms an order, by program (medians)')
  console.table(Object.fromEntries([...programs].map((name) => [name, row(({ cpuMs }) => cpuMs[name])])))
}

/** Prints what one order stores. */
export function reportStored(measured: Measured[]): void {
  const kinds = new Set(measured.flatMap(({ rounds }) => Object.keys(rounds[0]?.cost.stored ?? {})))
  const meanOf = (rounds: Round[], kind: string) =>
    round1(rounds.reduce((sum, { cost }) => sum + (cost.stored[kind] ?? 0), 0) / rounds.length)
  console.log('An order stores (means)')
  console.table(
    Object.fromEntries(
      [...kinds].map((kind) => [
        kind,
        Object.fromEntries(measured.map(({ name, rounds }) => [name, meanOf(rounds, kind)])),
      ]),
    ),
  )
}

/** Prints what the way from the reserved stock to the delivery costs, and the programs' memory after it. */
export function reportDelivery({ cpuMs, stored }: Cost, rssMiB: Record<string, number>): void {
  const all = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0)
  console.log(`An order from there to its delivery: ${all.toFixed(1)} ms CPU`)
  const programs = Object.entries(cpuMs).sort(([, a], [, b]) => b - a)
  console.table(
    Object.fromEntries(programs.map(([name, ms]) => [name, { 'CPU ms': round1(ms), 'RSS MiB': rssMiB[name] }])),
  )
  console.table(Object.fromEntries(Object.entries(stored).map(([kind, each]) => [kind, round1(each)])))
}

/** Says what one contender's CPU time is of another's, round by round. */
export function compare(what: Measured, beside: Measured): void {
  console.log(`CPU of an order, ${what.name} ÷ ${beside.name}: ${ratios(what.rounds, beside.rounds)}`)
}

/** The ratio of the rounds' CPU time, each with the one beside it: the median, and the lowest and highest. */
function ratios(rounds: Round[], beside: Round[]): string {
  const each = rounds.map((round, index) => totalOf(round) / totalOf(beside[index] ?? round)).toSorted((a, b) => a - b)
  const [low = 0, high = 0] = [each[0], each.at(-1)]
  return `${median(each).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}

const totalOf = ({ cost }: { cost: Cost }): number => Object.values(cost.cpuMs).reduce((sum, ms) => sum + ms, 0)

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0

const round1 = (number: number): number => Number(number.toFixed(1))
