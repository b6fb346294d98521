// Removes a machine client; its tokens end within a minute. With account's DATABASE_URL.
import { removeClient } from '../application/machine-clients.ts'
import { postgresAccounts } from '../outbound/postgres/database.ts'
import { argumentsOf, run, settings } from './command.ts'

const { positionals } = argumentsOf('Usage: node subgraphs/account/commands/remove-client.ts ID', 1, {})
const [id = ''] = positionals
await run(settings, { event: 'client', outcome: 'removed', on: [id] }, (orm) =>
  removeClient(postgresAccounts(orm).clients, id, Date.now()),
)
