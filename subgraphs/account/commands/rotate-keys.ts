// Makes the next signing key: `node subgraphs/account/commands/rotate-keys.ts`, with account's DATABASE_URL and KEY_SECRET.
import { rotateKeys } from '../application/signing-keys.ts'
import { postgresPorts } from '../outbound/postgres/database.ts'
import { sealingKey } from '../outbound/postgres/sealing.ts'
import { keySettings, run } from './command.ts'

await run(keySettings, { event: 'key', outcome: 'rotated' }, async (orm, { KEY_SECRET }) => {
  await rotateKeys(postgresPorts(orm, sealingKey(KEY_SECRET)).keys, Date.now())
  return {
    done: 'The next key is published within a minute, signs in 15 minutes; the present one goes when its tokens have.',
  }
})
