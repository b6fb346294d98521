// The roles that people have asked for, and giving and refusing them. With account's DATABASE_URL.
import { findByPhone, giveRole, listAsked, refuseRole } from '../application/people.ts'
import { postgresAccounts } from '../outbound/postgres/database.ts'
import { argumentsOf, run, settings } from './command.ts'

const USAGE = `Usage: node subgraphs/account/commands/roles.ts [give ID ROLE | refuse ID ROLE | find PHONE]
Without arguments it lists who has asked for a role: time, user's id, role, name.`

const { positionals } = argumentsOf(USAGE, 0, {})
const [action, about = '', role = ''] = positionals
const did = (outcome: string) => ({ event: 'account', outcome: `${outcome} ${role}`, on: [about] }) as const

if (action === undefined) {
  await run(settings, null, (orm) => listAsked(postgresAccounts(orm).users))
} else if (action === 'find' && positionals.length === 2) {
  await run(settings, null, (orm) => findByPhone(postgresAccounts(orm).users, about))
} else if (action === 'give' && positionals.length === 3) {
  await run(settings, did('gave'), (orm) => giveRole(postgresAccounts(orm).users, about, role))
} else if (action === 'refuse' && positionals.length === 3) {
  await run(settings, did('refused'), (orm) => refuseRole(postgresAccounts(orm).users, about, role))
} else {
  console.error(USAGE)
  process.exitCode = 2
}
