// Ends a part refund that the provider never decides, by what its records say. With payment's DATABASE_URL.
import { argumentsOf, commandSettings, runCommand } from '../../../chassis/commands/command.ts'
import { isId, newId } from '../../../chassis/ids.ts'
import { postgresTransactions } from '../../../chassis/postgres/transactions.ts'
import { stampWith } from '../../../schema/events/stamp.ts'
import { endRefund, STEPS } from '../application/end-refund.ts'
import { schema, tables } from '../outbound/postgres/database.ts'

const USAGE = `Usage: npm run end-refund -- ORDER REFUND ${STEPS.join('|')}
ORDER and REFUND are UUIDs. "hold" first: for an hour the provider is not asked any more. A minute later look up the refund's key in
the provider's records, then say what they say. docs/runbook/MoneyUnsettled.md has the steps.`

const { positionals } = argumentsOf(USAGE, 3, {})
const [orderId = '', refundId = '', given = ''] = positionals
const step = STEPS.find((one) => one === given)
if (!step || !isId(orderId) || !isId(refundId)) {
  console.error(USAGE)
  process.exit(2)
}

const outcome = { hold: 'held', returned: 'returned', 'not-returned': 'not returned' }[step]
await runCommand(
  { name: 'payment', schema },
  commandSettings,
  { event: 'refund', outcome, on: [orderId, refundId] },
  (orm) => {
    const clock = { now: () => new Date(), newId }
    const transact = postgresTransactions(orm, stampWith(clock), tables)
    return endRefund({ ...clock, transact }, { orderId, refundId, step })
  },
)
