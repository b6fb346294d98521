// Ends the tokens of a user or machine client within a minute, and takes roles from a user. With account's DATABASE_URL.
import { revoke } from '../application/revocations.ts'
import { postgresAccounts } from '../outbound/postgres/database.ts'
import { argumentsOf, run, settings } from './command.ts'

const USAGE = `Usage: node subgraphs/account/commands/revoke.ts ID [--roles ROLE,…]
ID is a user's or a machine client's. With --roles the user loses these roles: the next tokens are without.`

const { positionals, values } = argumentsOf(USAGE, 1, { roles: { type: 'string' } })
const [id = ''] = positionals
const roles = values.roles?.split(',')
const event = {
  event: 'revocation',
  outcome: roles ? 'roles taken' : 'revoked',
  on: [id],
  ...(roles && { roles }),
} as const
await run(settings, event, (orm) => revoke(postgresAccounts(orm), { id, roles }, Date.now()))
