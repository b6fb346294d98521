// Registers a machine client and prints its secret, once. With account's DATABASE_URL.
import { registerClient } from '../application/machine-clients.ts'
import { postgresAccounts } from '../outbound/postgres/database.ts'
import { argumentsOf, run, settings } from './command.ts'

const USAGE = `Usage: node subgraphs/account/commands/register-client.ts ID NAME [SCOPE …] [--replace]
--replace gives a client that exists this name, these scopes and a new secret; its tokens end.`

const { positionals, values } = argumentsOf(USAGE, 1, { replace: { type: 'boolean', default: false } })
const [id = '', name = id, ...scopes] = positionals
const outcome = values.replace ? 'registered or replaced' : 'registered'
await run(settings, { event: 'client', outcome, on: [id], scopes }, async (orm) => {
  const { clients } = postgresAccounts(orm)
  const registered = await registerClient(clients, { id, name, scopes, replace: values.replace }, Date.now())
  return 'secret' in registered ? { done: registered.secret } : registered
})
