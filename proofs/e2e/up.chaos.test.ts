import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { ask } from '../../scripts/client.ts'
import { isRunning } from '../../scripts/launcher/bootstrap/lock.mjs'
import type { ProcessEntry } from '../../scripts/launcher/supervisor/spec.ts'
import { type Stack, startStack } from '../testing/stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'flower-chaos-'))
const env = { DATA_DIR: join(folder, 'data') }
const stacks: Stack[] = []
const start = async () => {
  const stack = await startStack({ env })
  stacks.push(stack)
  return stack
}
afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()))
  rmSync(folder, { recursive: true })
})

const find = async (stack: Stack, name: string): Promise<ProcessEntry> => {
  const entry = (await stack.processes()).find((process) => process.name === name)
  if (!entry) throw new Error(`${name} is not running`)
  return entry
}

/** Whether the router serves the menu with the fields of both item and store. */
const servesMenu = async (stack: Stack) => {
  const query = '{ items(first: 1) { nodes { name store { name } } } }'
  const answer = await ask<{ items: { nodes: unknown[] } }>(stack.url, query).catch(() => null)
  return answer?.data?.items.nodes.length === 1 && !answer.errors
}

describe('the whole system', () => {
  it.each([
    ['item', 'SIGKILL'],
    ['postgres', 'SIGKILL'],
    ['nats', 'SIGKILL'],
    ['router', 'SIGSTOP'],
  ] as const)('replaces %s after %s, and serves requests again', async (name, signal) => {
    const stack = stacks[0] ?? (await start())
    const { pid, port } = await find(stack, name)
    process.kill(pid, signal)
    await until(async () => stack.output().includes(`${name} is back.`), `${name} is back`)
    expect((await find(stack, name)).port).toBe(port)
    expect((await find(stack, name)).pid).not.toBe(pid)
    await until(() => servesMenu(stack), 'the router serves the menu')
  })

  it('ends with npm start, even after SIGKILL; the next start stops a frozen process that is left, and finds the data', async () => {
    const stack = stacks[0] ?? (await start())
    const before = await stack.processes()
    const frozen = await find(stack, 'store')
    process.kill(frozen.pid, 'SIGSTOP')
    await stack.stop('SIGKILL')
    const others = before.filter(({ name }) => name !== 'store')
    await until(async () => !others.some(({ pid, started }) => isRunning({ pid, started })), 'all have ended')
    expect(isRunning({ pid: frozen.pid, started: frozen.started })).toBe(true)

    const next = await start()
    expect(next.output()).toContain('Stopped 1 process that an earlier start had left.')
    expect(next.output()).not.toContain('Loading demo data')
    expect(isRunning({ pid: frozen.pid, started: frozen.started })).toBe(false)
    expect(await servesMenu(next)).toBe(true)
    expect(await next.stop()).toEqual({ exitCode: 0, left: [] })
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(env.DATA_DIR)
  })
})
