import { z } from 'zod'
import { databaseConnections, processConfig, readConfig } from '../chassis/config.ts'
import { databaseUrl } from '../chassis/postgres/access.ts'
import { CONTEXTS } from './contexts.mjs'
import { makeDatabases } from './launcher/infrastructure/databases.ts'
import { ownerPasswords, passwordsIn, workingPasswords } from './launcher/infrastructure/passwords.ts'

// Each context's database and roles on the server at DATABASE_URL (an administrator's), where nobody else does it:
// docker-compose.yml and the like. `npm start` makes its own. Then come the tables: migrate.ts.

export const databasesConfig = processConfig.extend({
  DATABASE_URL: databaseUrl,
  /** The same as the contexts'. */
  DATABASE_CONNECTIONS: databaseConnections,
  /** Processes of each context: their role may have twice the connections that these need. */
  INSTANCES: z.coerce.number().int().min(1).default(1),
  /** Whether other applications use the server: then the rights of their databases stay as they are. */
  SHARED_SERVER: z.enum(['true', 'false'], 'true or false').default('false'),
  ...workingPasswords,
  ...ownerPasswords,
})

if (import.meta.main) {
  const config = readConfig(databasesConfig)
  const { working, owner } = passwordsIn(config)
  await makeDatabases({
    adminUrl: config.DATABASE_URL,
    contexts: CONTEXTS,
    password: working,
    ownerPassword: owner,
    instances: () => config.INSTANCES,
    poolSize: config.DATABASE_CONNECTIONS,
    dedicated: config.SHARED_SERVER === 'false',
  })
  console.log(`Made, or found, the databases of ${CONTEXTS.join(', ')}.`)
}
