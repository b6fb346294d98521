import { readdirSync, readFileSync } from 'node:fs'
import { createRandom } from '../simulation/random.ts'
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

// Each kind runs only inputs of its own type, so here they may be any JSON.
export const KINDS = [documents, variables, frames, requests, signed, answers, facts, live, cursors, tokens] as Kind[]

/** An input with a wrong response; `number` is its position for its seed, or its file and position in the corpus. */
export type Finding = { kind: string; number: number | string; why: string; input: Json }

const CORPUS = new URL('corpus/', import.meta.url)
/** The number of inputs between two checks that other clients are still served. */
const CHECK_EVERY = 25

/** Inputs that once caused a fault, by kind. */
export function corpus(): { kind: string; name: string; input: Json }[] {
  const files = readdirSync(CORPUS)
    .filter((file) => file.endsWith('.json'))
    .sort()
  return files.flatMap((file) => {
    const stored: { kind: string; inputs: Json[] } = JSON.parse(readFileSync(new URL(file, CORPUS), 'utf8'))
    return stored.inputs.map((input, index) => ({ kind: stored.kind, name: `${file} ${index + 1}`, input }))
  })
}

/**
 * Runs the corpus, then `count` inputs of the seed. Returns the first with a wrong response (shrunk), or null.
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
  const kindsByShare = kinds.flatMap((kind) => Array<Kind>(kind.share).fill(kind))
  const lab = await openLab()
  const runAndShrink = async (
    kind: Kind,
    number: Finding['number'],
    input: Json,
    withCheck: boolean,
  ): Promise<Finding | null> => {
    const startedAt = performance.now()
    const why = await findProblem(kind, input, lab, withCheck, faults)
    onProgress(kind.name, performance.now() - startedAt)
    if (why === null) return null
    const hasSameProblem = async (smaller: Json) => {
      const other = await findProblem(kind, smaller, lab, withCheck, faults)
      return other !== null && signatureOf(other) === signatureOf(why)
    }
    const smallest = await shrink(input, hasSameProblem)
    return { kind: kind.name, number, why, input: smallest }
  }
  try {
    for (const { kind: name, name: number, input } of corpus()) {
      const kind = kinds.find((kind) => kind.name === name)
      const found = kind && (await runAndShrink(kind, number, input, true))
      if (found) return found
    }
    for (let number = 1; number <= count; number++) {
      const random = createRandom(`${seed} ${number}`)
      const kind = random.pick(kindsByShare)
      const found = await runAndShrink(kind, number, kind.create(random), number % CHECK_EVERY === 0)
      if (found) return found
    }
    return null
  } finally {
    await lab.close()
  }
}

/** An input without an outcome within this time is a finding, too. */
const DEADLINE_MS = 20_000
const withinTime = <Answer>(running: Promise<Answer>): Promise<Answer> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no outcome within ${DEADLINE_MS} ms`)), DEADLINE_MS)
  return Promise.race([running, promise]).finally(() => clearTimeout(timer))
}
const noAnswer = (error: unknown) => `no answer: ${error instanceof Error ? error.stack : error}`

/** Describes everything wrong after one input; null if nothing is. `withCheck` also checks that others are still served. */
async function findProblem(
  kind: Kind,
  input: Json,
  lab: Lab,
  withCheck: boolean,
  faults: unknown[],
): Promise<string | null> {
  const own = await withinTime(kind.run(input, lab)).catch(noAnswer)
  if (withCheck || own !== null) await new Promise(setImmediate)
  const others = withCheck ? await checkService(lab).catch((error: unknown) => `others are not served: ${error}`) : null
  const logged = lab.takeFaults().filter((line) => !kind.expected?.test(line))
  const uncaught = faults.splice(0).map((fault) => `not caught: ${fault instanceof Error ? fault.stack : fault}`)
  const all = [...uncaught, ...logged, ...(own === null ? [] : [own]), ...(others === null ? [] : [others])]
  return all.length ? all.join('\n').slice(0, 4_000) : null
}

/** A text that two findings of the same fault have in common. */
const signatureOf = (why: string) => /"msg":"([^"]*)"/.exec(why)?.[1] ?? why.slice(0, 24)

const PLAIN = { query: '{ items(first: 1) { nodes { available store { name } } } }' }
const EXPECTED_DATA =
  '{"items":{"nodes":[{"available":1,"store":{"name":"a text"}},{"available":1,"store":{"name":"a text"}}]}}'

/** Returns null if a plain query gets the expected response over HTTP and WebSocket, else a description. */
async function checkService({ http, ws }: Lab): Promise<string | null> {
  const { status, text } = await http.post(JSON.stringify(PLAIN))
  const overHttp = `${status} ${text.trim()}`
  if (overHttp !== `200 {"data":${EXPECTED_DATA}}`) return `a plain query is answered: ${overHttp}`
  const { results } = await ws.run(PLAIN)
  const overWs = JSON.stringify(results)
  return overWs.includes(EXPECTED_DATA) ? null : `a plain query over a WebSocket is answered: ${overWs}`
}
