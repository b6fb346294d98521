// Withdraws a signing key: tokens signed by it end within a minute, all others stay good. With account's DATABASE_URL and
// KEY_SECRET: `node subgraphs/account/commands/withdraw-key.ts KID`. Without KID it lists the keys.
import { describeKeys, withdrawKey } from '../application/signing-keys.ts'
import { postgresPorts } from '../outbound/postgres/database.ts'
import { sealingKey } from '../outbound/postgres/sealing.ts'
import { keySettings, run } from './command.ts'

// Not parsed as the other commands' arguments: a KID may begin with "-".
const [kid] = process.argv.slice(2)
const event = kid === undefined ? null : ({ event: 'key', outcome: 'withdrawn', on: [kid] } as const)
await run(keySettings, event, async (orm, { KEY_SECRET }) => {
  const { keys } = postgresPorts(orm, sealingKey(KEY_SECRET))
  if (kid === undefined) return { done: describeKeys(await keys.all(), Date.now()) }
  return withdrawKey(keys, kid, Date.now())
})
