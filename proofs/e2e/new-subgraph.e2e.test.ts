import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const ROOT = resolve(import.meta.dirname, '../..')
const NAME = 'gift-note'
const FIELD_TESTS = 'a row for each field|giftNote|GiftNote'

const copy = mkdtempSync(join(tmpdir(), 'flower-copy-'))
const execute = promisify(execFile)

/** Runs a program in the copy, as npm would; returns its output, or throws it if the program fails. */
async function run(program: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: [join(copy, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    HOME: process.env.HOME,
    NATS_SERVER_BIN: process.env.NATS_SERVER_BIN,
    TMPDIR: join(copy, '.data-tmp'),
  }
  const options = { cwd: copy, env, timeout: 150_000, maxBuffer: 10_000_000 }
  const { stdout, stderr } = await execute(program, args, options).catch(({ stdout, stderr }) => {
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  })
  return stdout + stderr
}
const jest = (project: string, files: string[], only = '') =>
  run(
    'node',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    `--selectProjects=${project}`,
    '-t',
    only,
    ...files,
  )

beforeAll(async () => {
  mkdirSync(join(copy, '.data-tmp'))
  // Root's PostgreSQL may run as another user, who must reach its data.
  for (const folder of [copy, join(copy, '.data-tmp')]) chmodSync(folder, 0o711)
  const list = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  // git ls-files also lists files that are deleted but still in the index.
  for (const file of list.stdout.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    copyFileSync(join(ROOT, file), join(copy, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  await run('node', 'scripts/new-subgraph.ts', NAME)
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('a context created by npm run new-subgraph', () => {
  it('passes the checks', async () => {
    await run('tsc')
    await run('biome', 'check', '--error-on-warnings', `subgraphs/${NAME}`, 'proofs')
    await run('node', 'scripts/compose-schema.ts', '--check')
    await run('node', 'scripts/deployment/main.ts', '--check')
    await run('graphql-codegen', '--config', 'scripts/codegen.ts', '--check', '--silent')
  })

  it('passes its own tests, and those that compare it with the docs and the facts that it consumes', async () => {
    // The tests that the command says to run next, and those of the program that starts it.
    const next = [`subgraphs/${NAME}`, 'proofs/contracts', 'scripts/launcher/supervisor/processes']
    expect(await jest('unit', next)).toMatch(/Test Suites: (\d\d) passed, \1 total/)
    expect(await jest('adapter', [`subgraphs/${NAME}`])).toMatch(/Test Suites: 2 passed, 2 total/)
  })

  it('runs with all other contexts, and shows its fields to the order’s customer only', async () => {
    const printed = await jest('e2e', ['proofs/e2e/rights'], FIELD_TESTS)
    // Query.giftNote, Order.giftNote, GiftNote's four, and that there is a row for each field.
    expect(printed).toMatch(/Tests: .*\b7 passed/)
  })

  it.each([
    [NAME, `There is a context ${NAME} already.\n`],
    ['router', "A context can't be called router: something else of the system is.\n"],
  ])('is not created if its name is in use: %s', async (name, line) => {
    const before = readFileSync(join(copy, 'docs/language.md'), 'utf8')
    await expect(run('node', 'scripts/new-subgraph.ts', name)).rejects.toThrow(`failed:\n${line}`)
    expect(readFileSync(join(copy, 'docs/language.md'), 'utf8')).toBe(before)
  })
})
