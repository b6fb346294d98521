import { createRandom } from './random.ts'
import type { Trace } from './trace.ts'

/** The faults, and their probability at each opportunity. Renaming one changes the schedule of every seed. */
const RATES = {
  'a process dies': 1 / 25, // At the first execution of a step; see `dies`.
  'a step stalls': 1 / 60,
  'a process freezes': 1 / 500,
  'a relay loses its lead': 1 / 2, // While its process is frozen for longer than the heartbeat timeout.
  'a commit fails': 1 / 60,
  "a commit's answer is lost": 1 / 60,
  'a request is lost': 1 / 15,
  'an answer is lost': 1 / 15,
  'a fact overtakes another': 1 / 3,
  'a fact comes twice': 1 / 10,
  'a fact is late': 1 / 10,
  'a context is behind': 1 / 2, // If the plan has such a context.
  'a fact is lost until it is sent again': 1 / 15,
  'an ack is lost': 1 / 15,
  'a publication is lost': 1 / 20,
  "a publication's ack is lost": 1 / 20,
  'the stream is wiped': 1 / 300,
  'the stream is cut': 1 / 200,
  'the stream is purged': 1 / 200,
  'messages are deleted': 1 / 200,
  'the connection to the stream is lost': 1 / 60,
  'a charge call is lost before its effect': 1 / 6,
  'a charge call is lost after its effect': 1 / 6,
  'a charge call is slow': 1 / 5,
  'the provider is not reached': 1 / 5,
  'the provider refuses without effect': 1 / 5,
  "the provider's answer is lost": 1 / 5,
  'the provider is slow': 1 / 5,
  "the provider's answer is slow": 1 / 5,
  'no charge is begun (breaker, limit)': 1 / 6,
  'the provider declines a part refund': 1 / 6,
}

export type Fault = keyof typeof RATES

export const FAULTS = Object.keys(RATES) as Fault[]

export type Faults = ReturnType<typeof createFaults>

/** Occurrences of each fault; and of each step, how often it was taken and how often a process died before it. */
export type Counts = { faults: Map<string, number>; crashPoints: Map<string, { taken: number; died: number }> }

export const noCounts = (): Counts => ({ faults: new Map(), crashPoints: new Map() })

/** Injects the given faults at random. Each has its own random source, so that omitting one does not change the others. */
export function createFaults(seed: number, kinds: readonly Fault[], counts: Counts, { log }: Trace) {
  const sources = new Map(kinds.map((kind) => [kind, createRandom(`${seed} ${kind}`)]))
  const reached = new Map<string, { died: number; taken: number }>()
  let isEnabled = false
  const count = (what: string) => void counts.faults.set(what, (counts.faults.get(what) ?? 0) + 1)
  const chance = (kind: Fault, rate: number) => {
    const happens = isEnabled && (sources.get(kind)?.chance(rate) ?? false)
    if (happens) count(kind)
    return happens
  }
  return {
    happens: (kind: Fault, where: string) => {
      const happens = chance(kind, RATES[kind])
      if (happens) log(() => `  ${kind}: ${where}`)
      return happens
    },
    /** More likely at the first execution of a step than at later ones, so that every step is covered. */
    dies: (label: string) => {
      const before = reached.get(label)
      const dies = chance('a process dies', before ? RATES['a process dies'] / 20 : RATES['a process dies'])
      const point = before ?? counts.crashPoints.get(label) ?? { taken: 0, died: 0 }
      if (!before) {
        reached.set(label, point)
        counts.crashPoints.set(label, point)
      }
      if (dies) point.died += 1
      else point.taken += 1
      return dies
    },
    /** Counts an event that is no fault. */
    count,
    /** Enables faults. */
    begin: () => {
      isEnabled = true
    },
    /** Disables faults. */
    end: () => {
      isEnabled = false
    },
  }
}

/** A transient failure, as the caller of a port sees it. */
export class TransientError extends Error {}
