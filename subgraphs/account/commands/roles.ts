// The roles that people have asked for, and giving and refusing them. With account's DATABASE_URL.
import { createInterface } from 'node:readline'
import { findByPhone, giveRole, listAsked, refuseRole } from '../application/people.ts'
import { postgresAccounts } from '../outbound/postgres/database.ts'
import { argumentsOf, run, settings } from './command.ts'

const USAGE = `Usage: node subgraphs/account/commands/roles.ts [give ID ROLE | refuse ID ROLE | find]
Without arguments it lists who has asked for a role: time, user's id, role, name. find reads a phone number from standard input.`

const { positionals } = argumentsOf(USAGE, 0, {})
const [action, about = '', role = ''] = positionals
const did = (outcome: string) => ({ event: 'account', outcome: `${outcome} ${role}`, on: [about] }) as const

/** The first line of standard input: an argument would be in the list of processes and in the shell's history. */
async function typedLine(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Phone number: ')
  for await (const line of createInterface({ input: process.stdin })) return line
  return ''
}

if (action === undefined) {
  await run(settings, { event: 'account', outcome: 'listed who asks for roles' }, (orm) =>
    listAsked(postgresAccounts(orm).users),
  )
} else if (action === 'find' && positionals.length === 1) {
  const phone = await typedLine()
  // Without the number, which the trail must not have.
  await run(settings, { event: 'account', outcome: 'found by a number' }, (orm) =>
    findByPhone(postgresAccounts(orm).users, phone),
  )
} else if (action === 'give' && positionals.length === 3) {
  await run(settings, did('gave'), (orm) => giveRole(postgresAccounts(orm).users, about, role))
} else if (action === 'refuse' && positionals.length === 3) {
  await run(settings, did('refused'), (orm) => refuseRole(postgresAccounts(orm).users, about, role))
} else {
  console.error(USAGE)
  process.exitCode = 2
}
