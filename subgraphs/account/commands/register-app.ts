// Registers an app in which people sign in. With account's DATABASE_URL.
import { registerApp } from '../application/apps.ts'
import { postgresAccounts } from '../outbound/postgres/database.ts'
import { argumentsOf, run, settings } from './command.ts'

const USAGE = `Usage: node subgraphs/account/commands/register-app.ts ID NAME ADDRESS … [--replace]
ADDRESS is where the app is called back: https://…, or com.example.app:/… on phones. --replace changes an app that exists.`

const { positionals, values } = argumentsOf(USAGE, 3, { replace: { type: 'boolean', default: false } })
const [id = '', name = '', ...redirectUris] = positionals
const outcome = values.replace ? 'app replaced' : 'app registered'
await run(settings, { event: 'client', outcome, on: [id] }, (orm) =>
  registerApp(postgresAccounts(orm).apps, { id, name, redirectUris, replace: values.replace }),
)
