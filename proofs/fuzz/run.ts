import { readdirSync, readFileSync } from 'node:fs'
import { random } from '../simulation/random.ts'
import type { Json } from './json.ts'
import type { Kind } from './kind.ts'
import { answers } from './kinds/answers.ts'
import { documents, variables } from './kinds/documents.ts'
import { frames } from './kinds/frames.ts'
import { facts, live } from './kinds/messages.ts'
import { requests, signed } from './kinds/requests.ts'
import { cursors, tokens } from './kinds/secrets.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { shrink } from './shrink.ts'

// Each kind creates the inputs that it runs; to the others they are JSON.
export const KINDS = [documents, variables, frames, requests, signed, answers, facts, live, cursors, tokens] as Kind[]

/** An input that was answered wrongly; `number` is its position for its seed, null in the corpus. */
export type Finding = { kind: string; number: number | string; why: string; input: Json }

const CORPUS = new URL('corpus/', import.meta.url)
/** Inputs between two checks that others are still served. */
const LOOK_EVERY = 25

/** Inputs that once caused a fault, by kind. */
export function corpus(): { kind: string; name: string; input: Json }[] {
  const files = readdirSync(CORPUS)
    .filter((file) => file.endsWith('.json'))
    .sort()
  return files.flatMap((file) => {
    const kept: { kind: string; inputs: Json[] } = JSON.parse(readFileSync(new URL(file, CORPUS), 'utf8'))
    return kept.inputs.map((input, index) => ({ kind: kept.kind, name: `${file} ${index + 1}`, input }))
  })
}

/**
 * Runs the corpus, then `count` inputs of the seed. Returns the first that is answered wrongly (made smaller, cheaply), or null.
 * `faults` are the uncaught errors of this process so far; `onProgress` is called after each input.
 */
export async function fuzz(options: {
  seed: string
  count: number
  only?: string
  faults?: unknown[]
  onProgress?: (kind: string, ms: number) => void
}): Promise<Finding | null> {
  const { seed, count, only, faults = [], onProgress = () => {} } = options
  const kinds = KINDS.filter(({ name }) => !only || name === only)
  const inTurn = kinds.flatMap((kind) => Array<Kind>(kind.share).fill(kind))
  const lab = await openLab()
  const tried = async (
    kind: Kind,
    number: Finding['number'],
    input: Json,
    withCheck: boolean,
  ): Promise<Finding | null> => {
    const began = performance.now()
    const why = await wrong(kind, input, lab, withCheck, faults)
    onProgress(kind.name, performance.now() - began)
    if (why === null) return null
    const isLike = async (less: Json) => {
      const other = await wrong(kind, less, lab, withCheck, faults)
      return other !== null && gist(other) === gist(why)
    }
    const smallest = await shrink(input, isLike)
    return { kind: kind.name, number, why, input: smallest }
  }
  try {
    for (const { kind: name, name: number, input } of corpus()) {
      const kind = kinds.find((one) => one.name === name)
      const found = kind && (await tried(kind, number, input, true))
      if (found) return found
    }
    for (let number = 1; number <= count; number++) {
      const chance = random(`${seed} ${number}`)
      const kind = chance.pick(inTurn)
      const found = await tried(kind, number, kind.make(chance), number % LOOK_EVERY === 0)
      if (found) return found
    }
    return null
  } finally {
    await lab.close()
  }
}

/** An input that makes something wait for ever is a finding, too. */
const DEADLINE_MS = 20_000
const withinTime = <Answer>(running: Promise<Answer>): Promise<Answer> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('It waits for ever.')), DEADLINE_MS)
  return Promise.race([running, promise]).finally(() => clearTimeout(timer))
}
const noAnswer = (error: unknown) => `no answer: ${error instanceof Error ? error.stack : error}`

/** What is wrong after one input, or null; `withCheck` also checks that others are still served. */
async function wrong(kind: Kind, input: Json, lab: Lab, withCheck: boolean, faults: unknown[]): Promise<string | null> {
  const own = await withinTime(kind.run(input, lab)).catch(noAnswer)
  if (withCheck || own !== null) await new Promise(setImmediate)
  const others = withCheck ? await look(lab).catch((error: unknown) => `others are not served: ${error}`) : null
  const logged = lab.takeFaults().filter((line) => !kind.expected?.test(line))
  const uncaught = faults.splice(0).map((fault) => `nothing caught ${fault instanceof Error ? fault.stack : fault}`)
  const all = [...uncaught, ...logged, ...(own === null ? [] : [own]), ...(others === null ? [] : [others])]
  return all.length ? all.join('\n').slice(0, 4_000) : null
}

/** A text that is equal for two findings of one fault. */
const gist = (why: string) => /"msg":"([^"]*)"/.exec(why)?.[1] ?? why.slice(0, 24)

const PLAIN = { query: '{ items(first: 1) { nodes { available store { name } } } }' }
const EXPECTED_DATA =
  '{"items":{"nodes":[{"available":1,"store":{"name":"a text"}},{"available":1,"store":{"name":"a text"}}]}}'

/** Whether a plain query is answered correctly. */
async function look({ http, ws }: Lab): Promise<string | null> {
  const { status, text } = await http.post(JSON.stringify(PLAIN))
  const overHttp = `${status} ${text.trim()}`
  if (overHttp !== `200 {"data":${EXPECTED_DATA}}`) return `a plain query is answered: ${overHttp}`
  const { results } = await ws.run(PLAIN)
  const overWs = JSON.stringify(results)
  return overWs.includes(EXPECTED_DATA) ? null : `a plain query over a WebSocket is answered: ${overWs}`
}
