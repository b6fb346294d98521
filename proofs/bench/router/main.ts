// npm run bench:router: this router, with all features on and off, compared with ApolloGateway and a hand-written floor.
import { deepStrictEqual } from 'node:assert'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startIssuer } from '../../../router/testing/issuer.ts'
import { commandLine } from '../../../scripts/command-line.ts'
import { freePort } from '../../../scripts/launcher/infrastructure/ports.ts'
import { cpuMs, rssBytes, run, temporaryFolder } from '../processes.ts'
import { load, type Target } from './load.ts'
import { benchSupergraph, coldOperation, OPERATIONS, type Operation } from './supergraph.ts'

const { options } = commandLine('bench:router')
const ROUNDS = options.rounds
const REQUESTS = options.requests
/** The measured process has this core for itself; subgraphs and clients share the other. */
const MEASURED_CORE = '0'
/** As `npm start` starts the router. */
const ROUTER_FLAGS = '--max-semi-space-size=8 --max-old-space-size=1024'

type Contender = Target & { name: string; pid: number }

const folder = temporaryFolder()
const stops: (() => Promise<unknown>)[] = []
try {
  const contenders = await start()
  console.log(
    `CPU ms a request (median of ${ROUNDS} interleaved rounds of ${REQUESTS}), latency p50/p99 in ms, 8 at once\n`,
  )
  for (const [name, operation] of Object.entries(OPERATIONS)) await compare(name, contenders, () => operation)
  await compareCold(contenders)
  await compareGrowth(contenders)
} finally {
  for (const stop of stops.reverse()) await stop()
}

async function start(): Promise<Contender[]> {
  const subgraphs = await startContender('subgraphs', 'proofs/bench/router/subgraphs.ts', {})
  const supergraph = join(folder, 'supergraph.graphql')
  writeFileSync(supergraph, benchSupergraph(subgraphs.port))
  const issuer = await startIssuer()
  stops.push(() => issuer.close())
  const token = await issuer.sign({ aud: 'urn:bench', exp: Math.floor(Date.now() / 1_000) + 7_200 })

  // Every default limit applies, except the rate limits.
  const off = {
    NODE_OPTIONS: ROUTER_FLAGS,
    SUPERGRAPH: supergraph,
    LOG_LEVEL: 'warn',
    RATE_PER_SECOND: '1000000',
    RATE_BURST: '1000000',
  }
  const on = {
    ...off,
    METRICS_PORT: '0',
    JWT_ISSUERS: issuer.issuer,
    JWT_AUDIENCE: 'urn:bench',
    CONTEXT_KEYS: ['catalog', 'shops', 'stock'].map((name) => `${name}=${name.padEnd(32, '.')}`).join(','),
  }
  const floor = { SUBGRAPHS_PORT: String(subgraphs.port) }
  const contenders = [await startContender('floor', 'proofs/bench/router/floor.ts', floor, MEASURED_CORE)]
  const checkouts = options.against ? { before: resolve(options.against), router: '.' } : { router: '.' }
  for (const [name, checkout] of Object.entries(checkouts)) {
    const main = join(checkout, 'router/main.ts')
    contenders.push(await startContender(`${name}, off`, main, off, MEASURED_CORE), {
      ...(await startContender(`${name}, on`, main, on, MEASURED_CORE)),
      headers: { authorization: `Bearer ${token}` },
    })
  }
  contenders.push(
    await startContender('stock gateway', 'proofs/bench/router/stock.ts', { SUPERGRAPH: supergraph }, MEASURED_CORE),
  )
  return contenders
}

async function startContender(
  name: string,
  main: string,
  env: Record<string, string>,
  core?: string,
): Promise<Contender> {
  const port = await freePort()
  const { pid, stop } = await run(main, { ...env, PORT: String(port) }, port, [], core)
  stops.push(stop)
  return { name, pid, port }
}

/** Measures all contenders in interleaved rounds; prints a line for each. */
async function compare(
  name: string,
  contenders: Contender[],
  operationOf: (n: number) => Operation,
  requests = REQUESTS,
) {
  const cpu = new Map<string, number[]>()
  const latencies = new Map<string, number[]>()
  const answers: unknown[] = []
  for (const contender of contenders) answers.push((await load(contender, operationOf, options.warmUp)).last)
  for (const answer of answers) deepStrictEqual(answer, answers[0])
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const startedAt = cpuMs(contender.pid)
      const result = await load(contender, operationOf, requests)
      append(cpu, contender.name, [(cpuMs(contender.pid) - startedAt) / requests])
      append(latencies, contender.name, result.latencies)
    }
  }
  const floor = median(cpu.get('floor') ?? [])
  console.log(name)
  for (const { name: who, pid } of contenders) {
    const ms = median(cpu.get(who) ?? [])
    const sorted = (latencies.get(who) ?? []).toSorted((a, b) => a - b)
    const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(1)
    console.log(
      `  ${who.padEnd(14)} ${ms.toFixed(3)}  ${floor ? `${(ms / floor).toFixed(2)} × floor` : ''}  ${at(0.5)}/${at(0.99)}  RSS ${mib(pid)} MiB`,
    )
  }
}

/** Operations that are new to the router: the cost of parsing, validation and planning. The floor has none of these. */
async function compareCold(contenders: Contender[]) {
  console.log('\ncold operation (never sent before)')
  for (const contender of contenders.filter(({ name }) => name !== 'floor')) {
    const startedAt = cpuMs(contender.pid)
    const { latencies } = await load(contender, (n) => coldOperation(n), 300, 1)
    console.log(
      `  ${contender.name.padEnd(14)} ${((cpuMs(contender.pid) - startedAt) / 300).toFixed(2)} ms CPU, p50 ${median(latencies).toFixed(1)} ms`,
    )
  }
}

/** The cost of one request, and the memory, as the number of distinct operations grows. */
async function compareGrowth(contenders: Contender[]) {
  console.log(`\nas ${options.distinct} distinct operations go by: CPU ms of "three joined over 10", RSS`)
  const steady = OPERATIONS['three joined over 10'] ?? coldOperation(0)
  for (const contender of contenders.filter(({ name }) => !['floor', 'stock gateway'].includes(name))) {
    for (const [from, to] of [
      [0, 0],
      [0, 1_000],
      [1_000, options.distinct],
    ] as const) {
      if (to > from) await load(contender, (n) => coldOperation(1_000_000 + from + n), to - from)
      await load(contender, () => steady, 300)
      const startedAt = cpuMs(contender.pid)
      await load(contender, () => steady, REQUESTS)
      const ms = (cpuMs(contender.pid) - startedAt) / REQUESTS
      console.log(
        `  ${contender.name.padEnd(14)} after ${String(to).padStart(6)}: ${ms.toFixed(3)} ms, ${mib(contender.pid)} MiB`,
      )
    }
  }
}

function mib(pid: number): number {
  return Math.round(rssBytes(pid) / 2 ** 20)
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}

function append(map: Map<string, number[]>, name: string, more: number[]): void {
  map.set(name, [...(map.get(name) ?? []), ...more])
}
