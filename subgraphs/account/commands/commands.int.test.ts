import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { migratedDatabase } from '../../../proofs/testing/database.ts'
import type { User } from '../domain/user.ts'
import { postgresAccounts, schema } from '../outbound/postgres/database.ts'

const KEY_SECRET = 'k'.repeat(32)
const auditDir = mkdtempSync(join(tmpdir(), 'flower-commands-'))
let database: Awaited<ReturnType<typeof migratedDatabase>>
beforeAll(async () => {
  database = await migratedDatabase('account', schema)
})
afterAll(async () => {
  await database.drop()
  rmSync(auditDir, { recursive: true })
})

/** What the audit trail has of the commands, the newest last. */
const trail = () =>
  readFileSync(join(auditDir, 'account-commands-1.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Runs a command as an operator does, with these settings and no others. */
const run = (command: string, ...args: string[]) => runWith('', command, ...args)

/** The same with a text on its standard input. */
function runWith(input: string, command: string, ...args: string[]) {
  const file = fileURLToPath(new URL(`./${command}.ts`, import.meta.url))
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const { stdin } = execFile(
      process.execPath,
      [file, ...args],
      { env: { DATABASE_URL: database.url, KEY_SECRET, AUDIT_DIR: auditDir } },
      (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout: stdout.trim(), stderr: stderr.trim() }),
    )
    stdin?.on('error', () => {}) // It may end without reading.
    stdin?.end(input)
  })
}
const done = (text: string | RegExp) => ({ code: 0, stdout: expect.stringMatching(text), stderr: '' })
const refused = (text: string | RegExp) => ({ code: 1, stdout: '', stderr: expect.stringMatching(text) })

it('the commands for machine clients register, replace, revoke and remove them', async () => {
  expect(await run('register-client', 'reports', 'Reports', 'payments:read')).toEqual(done(/^[\w-]{43}$/))
  expect(await run('register-client', 'reports', 'Reports', '--replace')).toEqual(done(/^[\w-]{43}$/))
  expect(await run('revoke', 'reports')).toEqual(done('Tokens from before are refused'))
  expect(await run('remove-client', 'reports')).toEqual(done('reports gets no more tokens'))
  expect(await run('remove-client', 'reports')).toEqual(refused('There is no client reports.'))
  const of = { who: expect.stringMatching(/^operator ./), on: ['reports'] }
  expect(trail()).toMatchObject([
    { ...of, event: 'client', outcome: 'registered', scopes: ['payments:read'] },
    { ...of, event: 'client', outcome: 'registered or replaced' },
    { ...of, event: 'revocation', outcome: 'revoked' },
    { ...of, event: 'client', outcome: 'removed' },
  ])
})

it('the command for apps registers and replaces them', async () => {
  const uri = 'https://shop.example/callback'
  expect(await run('register-app', 'shop', 'Shop', uri)).toEqual(done('People can sign in to shop'))
  expect(await run('register-app', 'shop', 'Shop', uri)).toEqual(refused('--replace'))
  expect(await run('register-app', 'shop', 'Shop', 'http://shop.example')).toEqual(refused('https:'))
  expect(await run('register-app', 'shop', 'Shop', `${uri}2`, '--replace')).toEqual(done(`${uri}2`))
  expect(await run('remove-client', 'shop')).toEqual(done('shop gets no more tokens'))
  expect(trail().at(-2)).toMatchObject({ event: 'client', outcome: 'app replaced', on: ['shop'] })
})

it('the command for roles lists, gives, refuses and finds', async () => {
  const orm = await openDatabase(database.url, schema)
  const { users } = postgresAccounts(orm)
  const { id } = await users.signUp({ id: newId(), name: '박지원', roles: ['CUSTOMER'] }, 'tel:+821099998888')
  await users.askRole(id, 'RIDER')
  await users.askRole(id, 'STORE_OWNER')
  expect(await run('roles')).toEqual(done(new RegExp(`${id}  RIDER  박지원`)))
  expect(await run('roles', 'give', id, 'RIDER')).toEqual(done('CUSTOMER, RIDER'))
  expect(trail().at(-1)).toMatchObject({ event: 'account', outcome: 'gave RIDER', on: [id] })
  expect(await run('roles', 'refuse', id, 'STORE_OWNER')).toEqual(done('does not get STORE_OWNER'))
  expect(await run('roles', 'give', id, 'OPERATOR')).toEqual(done('OPERATOR'))
  // An argument would be seen in the list of processes and kept by the shell.
  expect((await run('roles', 'find', '010-9999-8888')).code).toBe(2)
  expect(await runWith('010-9999-8888\n', 'roles', 'find')).toEqual(done(id))
  expect(await runWith('010-9999-8889', 'roles', 'find')).toEqual(refused('Nobody signs in'))
  expect(await run('roles', 'find')).toEqual(refused('no mobile number'))
  expect(await run('roles')).toEqual(done('Nobody has asked'))
  expect(trail().slice(-2)).toMatchObject([
    { event: 'account', outcome: 'found by a number' },
    { event: 'account', outcome: 'listed who asks for roles' },
  ])
  expect(JSON.stringify(trail())).not.toMatch(/9999|박지원/)
  expect((await run('roles', 'grant', id)).code).toBe(2)
  await orm.close()
})

it('the command that revokes takes roles from a user', async () => {
  const orm = await openDatabase(database.url, schema)
  const { users } = postgresAccounts(orm)
  const rider: User = { id: newId(), name: '최달림', roles: ['CUSTOMER', 'STORE_OWNER', 'RIDER'] }
  await users.keep(rider, 'rider')
  expect(await run('revoke', rider.id, '--roles', 'RIDER,STORE_OWNER')).toEqual(done('has the roles CUSTOMER now.'))
  expect(trail().at(-1)).toMatchObject({ event: 'revocation', outcome: 'roles taken', on: [rider.id] })
  expect(await users.byIds([rider.id])).toEqual([{ ...rider, roles: ['CUSTOMER'] }])
  await orm.close()
})

it('the commands for keys make the next one, list them and withdraw one', async () => {
  expect(await run('rotate-keys')).toEqual(done('The next key is published within a minute'))
  const { stdout } = await run('withdraw-key')
  const [signing = '', next = ''] = stdout.split('\n').map((line) => line.split(' ')[0])
  expect(stdout).toMatch(/^\S+ {2}signs\n\S+ {2}signs from /)
  // A kid may begin with "-", and look like an option.
  expect(await run('withdraw-key', '--help')).toEqual(refused('There is no key --help'))
  expect(await run('withdraw-key', signing)).toEqual(done(`${next}  signs$`))
})

it('wrong arguments are answered with the usage', async () => {
  const { code, stdout, stderr } = await run('revoke', 'somebody', '--role', 'RIDER')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Usage: node subgraphs/account/commands/revoke.ts ID')
})
