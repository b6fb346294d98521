// npm run bench:roll: customers order, ask and follow their orders while all processes are replaced.

import { setTimeout as pause } from 'node:timers/promises'
import { commandLine } from '../../scripts/command-line.ts'
import { cpuMsOf } from '../../scripts/launcher/cpu-time.ts'
import { requestRoll } from '../../scripts/launcher/roll/control.ts'
import { OWN_CHECKOUT } from '../../scripts/launcher/supervisor/task.ts'
import { rssBytes } from '../bench/processes.ts'
import { people } from '../e2e/people.ts'
import { startStack } from '../testing/stack.ts'
import { whileCustomersOrder } from './load.ts'

const { seconds, clients, subscribers, rate, rolls } = commandLine('bench:roll').options

const stack = await startStack({ env: { PAYMENT_DEADLINE_MS: '4500', LOG_LEVEL: 'warn' } })
try {
  const app = await people(stack, clients)
  const usage: { phase: string; cores: number; processes: number; rssMiB: number }[] = []
  const noticed = await whileCustomersOrder(stack, app, { clients, subscribers, perSecond: rate }, async () => {
    const end = Date.now() + seconds * 1_000
    await measured('before', pause(10_000))
    for (let roll = 1; roll <= rolls; roll++) {
      const started = Date.now()
      const say = (line: string) => console.log(`${((Date.now() - started) / 1_000).toFixed(1).padStart(5)} s  ${line}`)
      const rolling = requestRoll(stack.dataDir, OWN_CHECKOUT.root, say)
      const exitCode = await measured(`roll ${roll}`, rolling)
      if (exitCode !== 0) throw new Error(`Roll ${roll} ended with ${exitCode}.`)
    }
    await measured('after', pause(Math.max(0, end - Date.now())))
  })
  console.table(usage)
  const { failed, wrongUpdates, lost, ...counts } = noticed
  console.table({ ...counts, failed: failed.length, wrongUpdates: wrongUpdates.length, lost: lost.length })
  for (const line of [...failed, ...wrongUpdates, ...lost].slice(0, 50)) console.log(line)
  process.exitCode = failed.length + wrongUpdates.length + lost.length ? 1 : 0

  /** Records what all processes of the stack use while `work` is under way: CPU time, and the most memory at a time. */
  async function measured<Outcome>(phase: string, work: Promise<Outcome>): Promise<Outcome> {
    const started = performance.now()
    const first = new Map<number, number>()
    const last = new Map<number, number>()
    let [rss, processes] = [0, 0]
    const sample = async () => {
      const pids = (await stack.processes()).map(({ pid }) => pid)
      const used = pids.flatMap((pid) => {
        const cpu = cpuMsOf(pid)
        if (cpu === null) return []
        if (!first.has(pid)) first.set(pid, last.size === 0 ? cpu : 0) // A process that has just started counts from 0.
        last.set(pid, cpu)
        return rssBytes(pid) || 0 // It may have ended just now.
      })
      rss = Math.max(
        rss,
        used.reduce((sum, bytes) => sum + bytes, 0),
      )
      processes = Math.max(processes, used.length)
    }
    await sample()
    for (const pid of last.keys()) first.set(pid, last.get(pid) ?? 0)
    const timer = setInterval(() => void sample().catch(() => {}), 500)
    const outcome = await work.finally(() => clearInterval(timer))
    await sample()
    const cpuMs = [...last].reduce((sum, [pid, cpu]) => sum + cpu - (first.get(pid) ?? 0), 0)
    usage.push({
      phase,
      cores: Number((cpuMs / (performance.now() - started)).toFixed(2)),
      processes,
      rssMiB: Math.round(rss / 2 ** 20),
    })
    return outcome
  }
} finally {
  await stack.stop()
}
