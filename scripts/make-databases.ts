import { z } from 'zod'
import { processConfig, readConfig } from '../chassis/config.ts'
import { CONTEXTS, inCapitals } from './contexts.mjs'
import { makeDatabases } from './launcher/infrastructure/databases.ts'

// Each context's database and role on the server at DATABASE_URL (an administrator's), where nobody else does it:
// docker-compose.yml and the like. `npm start` makes its own.

const passwordOf = (context: string) => `DATABASE_PASSWORD_${inCapitals(context)}`
const password = z.string().min(16, 'at least 16 characters')
export const databasesConfig = processConfig.extend({
  DATABASE_URL: z.url(),
  /** Processes of each context: their role may have twice the connections that these need. */
  INSTANCES: z.coerce.number().int().min(1).default(1),
  ...Object.fromEntries(CONTEXTS.map((context) => [passwordOf(context), password])),
})

if (import.meta.main) {
  const config = readConfig(databasesConfig)
  const passwords: { [name: string]: unknown } = config
  await makeDatabases({
    adminUrl: config.DATABASE_URL,
    contexts: CONTEXTS,
    password: (context) => String(passwords[passwordOf(context)]),
    instances: () => config.INSTANCES,
    dedicated: true,
  })
  console.log(`Made, or found, the databases of ${CONTEXTS.join(', ')}.`)
}
