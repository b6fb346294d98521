import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { testDatabase } from '../../../proofs/testing/database.ts'

const KEY_SECRET = 'k'.repeat(32)
let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase('account-empty', async () => {})
})
afterAll(() => database.drop())

/** Runs a command as an operator does, with these settings and no others. */
function run(command: string, ...args: string[]) {
  const file = fileURLToPath(new URL(`./${command}.ts`, import.meta.url))
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [file, ...args],
      { env: { DATABASE_URL: database.url, KEY_SECRET } },
      (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout: stdout.trim(), stderr: stderr.trim() }),
    )
  })
}
const done = (text: string | RegExp) => ({ code: 0, stdout: expect.stringMatching(text), stderr: '' })
const refused = (text: string | RegExp) => ({ code: 1, stdout: '', stderr: expect.stringMatching(text) })

it('the commands for machine clients register, replace, revoke and remove them', async () => {
  expect(await run('register-client', 'reports', 'Reports', 'payments:read')).toEqual(done(/^[\w-]{43}$/))
  expect(await run('register-client', 'reports', 'Reports')).toEqual(refused('There is a client reports already'))
  expect(await run('register-client', 'reports', 'Reports', '--replace')).toEqual(done(/^[\w-]{43}$/))
  expect(await run('revoke', 'reports')).toEqual(done('The tokens of reports are refused.'))
  expect(await run('remove-client', 'reports')).toEqual(done('reports gets no more tokens'))
  expect(await run('remove-client', 'reports')).toEqual(refused('There is no client reports.'))
  expect(await run('revoke', 'reports', '--roles', 'RIDER')).toEqual(refused('There is no user or machine client'))
})

it('the commands for keys make the next one, list them and withdraw one', async () => {
  expect(await run('rotate-keys')).toEqual(done('The next key is published within a minute'))
  const { stdout } = await run('withdraw-key')
  const [signing = '', next = ''] = stdout.split('\n').map((line) => line.split(' ')[0])
  expect(stdout).toMatch(/^\S+ {2}signs\n\S+ {2}signs from /)
  // A kid may begin with "-", and look like an option.
  for (const other of ['other', '-other', '--help'])
    expect(await run('withdraw-key', other)).toEqual(refused(`There is no key ${other}`))
  expect(await run('withdraw-key', signing)).toEqual(done(`${next}  signs$`))
})

it('wrong arguments are answered with the usage', async () => {
  const wrong = [['register-client'], ['remove-client'], ['revoke', 'somebody', '--role', 'RIDER']]
  const answers = wrong.map(async ([command = '', ...args]) => ({ command, ...(await run(command, ...args)) }))
  for (const { command, code, stdout, stderr } of await Promise.all(answers)) {
    expect([command, code, stdout]).toEqual([command, 2, ''])
    expect(stderr).toContain(`Usage: node subgraphs/account/commands/${command}.ts`)
  }
})
