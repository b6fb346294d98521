// Registers a machine client and prints its secret, once: `node subgraphs/account/commands/register-client.ts ID NAME [SCOPE …]`
// with account's DATABASE_URL. An id that exists gets the new name, secret and scopes.
import { z } from 'zod'
import { auditConfig, processConfig, readConfig } from '../../../chassis/config.ts'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { registerClient } from '../application/machine-clients.ts'
import { machineClients, schema } from '../outbound/postgres/database.ts'
import { recordByOperator } from './trail.ts'

const config = readConfig(processConfig.extend({ ...auditConfig, DATABASE_URL: z.url() }))
const [id = '', name = id, ...scopes] = process.argv.slice(2)
const orm = await openDatabase(config.DATABASE_URL, schema)
try {
  const registered = await registerClient(machineClients(orm), { id, name, scopes })
  if ('secret' in registered) {
    recordByOperator(config, { event: 'client', outcome: 'registered', on: [id], scopes })
    console.log(registered.secret)
  } else {
    console.error(registered.problem)
    process.exitCode = 1
  }
} finally {
  await orm.close()
}
