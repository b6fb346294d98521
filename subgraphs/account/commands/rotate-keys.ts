// Makes the next signing key: `node subgraphs/account/commands/rotate-keys.ts`, with account's DATABASE_URL and KEY_SECRET.
import { z } from 'zod'
import { auditConfig, processConfig, readConfig } from '../../../chassis/config.ts'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { rotateKeys } from '../application/signing-keys.ts'
import { postgresPorts, schema } from '../outbound/postgres/database.ts'
import { sealingKey } from '../outbound/postgres/sealing.ts'
import { recordByOperator } from './trail.ts'

const config = readConfig(
  processConfig.extend({ ...auditConfig, DATABASE_URL: z.url(), KEY_SECRET: z.string().min(32) }),
)
const orm = await openDatabase(config.DATABASE_URL, schema)
try {
  await rotateKeys(postgresPorts(orm, sealingKey(config.KEY_SECRET)).keys, Date.now())
  recordByOperator(config, { event: 'key', outcome: 'rotated' })
  console.log(
    'The next key is published within a minute, signs in 15 minutes; the present one goes when its tokens have.',
  )
} finally {
  await orm.close()
}
