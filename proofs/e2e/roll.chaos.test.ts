import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { requestRoll } from '../../scripts/launcher/roll/control.ts'
import type { ProcessEntry } from '../../scripts/launcher/supervisor/spec.ts'
import { type Noticed, whileCustomersOrder } from '../rolling/load.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { type People, people } from './people.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const CLIENTS = 20
const LOAD = { clients: CLIENTS, subscribers: 5, perSecond: 10 }

const folder = mkdtempSync(join(tmpdir(), 'flower-roll-'))
const earlier = join(folder, 'earlier')
const env = { DATA_DIR: join(folder, 'data'), PAYMENT_DEADLINE_MS: '4500', LOG_LEVEL: 'warn' }
let stack: Stack
let app: People
beforeAll(async () => {
  git('worktree', 'add', '--detach', earlier, earlierCommit())
  symlinkSync(join(ROOT, 'node_modules'), join(earlier, 'node_modules'))
  stack = await startStack({ env })
  app = await people(stack, CLIENTS)
})
afterAll(async () => {
  await stack?.stop()
  if (existsSync(earlier)) git('worktree', 'remove', '--force', earlier)
  rmSync(folder, { recursive: true, force: true })
})

/** Run by a git hook, git would work on that hook's repository. */
const gitEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: ROOT, env: gitEnv, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const succeeds = (...args: string[]) => {
  try {
    git(...args)
    return true
  } catch {
    return false
  }
}

/** The last release, or else the newest earlier commit: one that can be rolled to, with our packages and NATS users. */
function earlierCommit(): string {
  const tags = git('tag', '--merged', 'HEAD', '--sort=-creatordate').split('\n')
  const commits = git('rev-list', '--skip=1', '--max-count=500', 'HEAD').split('\n')
  const found = [...tags, ...commits].find(
    (commit) =>
      commit !== '' &&
      succeeds('cat-file', '-e', `${commit}:scripts/launcher/roll/programs.ts`) &&
      succeeds('diff', '--quiet', commit, '--', 'package-lock.json', 'schema/nats-users.conf'),
  )
  if (!found) throw new Error('There is no earlier commit that can be rolled to: this needs the history of git.')
  return found
}

/** Rolls to a checkout; returns what is printed, and the exit code. */
async function roll(root: string): Promise<{ lines: string[]; exitCode: number }> {
  const lines: string[] = []
  const exitCode = await requestRoll(stack.dataDir, root, (line) => lines.push(line))
  return { lines, exitCode }
}
const allPrograms = async () =>
  (await stack.processes()).filter(({ name }) => !['postgres', 'nats', 'provider'].includes(name))
/** Without those that others have replaced, and that still finish what is under way. */
const programs = async () => (await allPrograms()).filter(({ leaving }) => !leaving)
const rootOf = ({ pid }: ProcessEntry) => execFileSync('readlink', [`/proc/${pid}/cwd`], { encoding: 'utf8' }).trim()
const nothingWrong = { failed: [], wrongUpdates: [], lost: [] }
const wrongOf = ({ failed, wrongUpdates, lost }: Noticed) => ({ failed, wrongUpdates, lost })

it('is rolled to the release before and back, and customers notice nothing', async () => {
  const before = await programs()
  const noticed = await whileCustomersOrder(stack, app, LOAD, async () => {
    const back = await roll(earlier)
    expect([back.exitCode, back.lines.join('\n')]).toEqual([
      0,
      expect.stringContaining('Done: 10 processes are replaced'),
    ])
    for (const entry of await programs()) expect(rootOf(entry)).toBe(earlier)
    expect((await roll(ROOT)).exitCode).toBe(0)
  })
  expect(wrongOf(noticed)).toEqual(nothingWrong)
  expect([noticed.queries, noticed.orders, noticed.updates].every((count) => count > 0)).toBe(true)
  const after = await programs()
  for (const entry of after) expect(rootOf(entry)).toBe(ROOT)
  const pids = new Set(before.map(({ pid }) => pid))
  expect(after.filter(({ pid }) => pids.has(pid))).toEqual([])
  expect(after.map(({ name, port }) => [name, port])).toEqual(before.map(({ name, port }) => [name, port]))
})

it('stays as it is if a migration fails, and says why', async () => {
  const file = join(earlier, 'subgraphs/item/outbound/postgres/migrations.ts')
  const text = readFileSync(file, 'utf8')
  const broken = `class Broken extends Migration {
    override up(): void {
      this.addSql('update nowhere set anything = 1')
    }
  }
  export const migrations = { '0099-broken': Broken, `
  writeFileSync(file, text.replace('export const migrations = {', broken))
  const before = await stack.processes()
  const noticed = await whileCustomersOrder(stack, app, LOAD, async () => {
    const { lines, exitCode } = await roll(earlier)
    expect(exitCode).toBe(1)
    expect(lines.at(-1)).toMatch(/Migrating the databases failed.*item: failed, and nothing was changed.*nowhere/s)
  })
  expect(wrongOf(noticed)).toEqual(nothingWrong)
  expect(await stack.processes()).toEqual(before)
  writeFileSync(file, text)
})

it('goes back if one of the new processes does not start', async () => {
  const file = join(earlier, 'subgraphs/order/main.ts')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, "throw new Error('a bug of the new release')\n")
  const noticed = await whileCustomersOrder(stack, app, LOAD, async () => {
    const { lines, exitCode } = await roll(earlier)
    expect(exitCode).toBe(1)
    expect(lines.at(-1)).toMatch(/^order did not start: it ended with exit code 1\..*a bug of the new release/s)
  })
  expect(wrongOf(noticed)).toEqual(nothingWrong)
  for (const entry of await programs()) expect(rootOf(entry)).toBe(ROOT)
  writeFileSync(file, text)
})

it('starts anew if the supervisor is killed in the middle of it', async () => {
  const rolling = roll(earlier).catch((error: Error) => error.message)
  await until(async () => (await allPrograms()).some((entry) => entry.leaving), 'a process is being replaced')
  await stack.stop('SIGKILL')
  expect(await rolling).toContain('npm start has ended in the middle')
  stack = await startStack({ env })
  app = await people(stack, 1)
  for (const entry of await programs()) expect(rootOf(entry)).toBe(ROOT)
  expect((await app.place('customer-1', await app.itemCalled('안개꽃한다발'), 1)).__typename).toBe('OrderPayload')
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(earlier)
})
