import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
// real time: the attack has a pace of 25 payments a second
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { type MenuItem, type People, people, type ResultFields } from './people.ts'

const ROUNDS = 12
const CONCURRENT_PAYMENTS = 25

let stack: Stack
let app: People
let item: MenuItem
beforeAll(async () => {
  // The deadline is longer than the default, and shorter than tok_slow takes, so that only the card makes a payment late.
  // MOST_UNPAID is higher than the default, because its limit would stop the attack.
  stack = await startStack({ env: { PAYMENT_DEADLINE_MS: '2000', MOST_UNPAID: '1000' } })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.mutate('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: item.id, delta: 5_000 } })
  await until(async () => (await app.place('hong', item, 150)).order, "the new stock is on order's menu")
})
afterAll(async () => stack?.stop())

/** The log lines of order and payment about opened circuits. */
const circuitsOpened = () =>
  ['order', 'payment'].flatMap((name) =>
    readFileSync(join(stack.dataDir, 'logs', `${name}.log`), 'utf8')
      .split('\n')
      .filter((line) => /"state":"open".*the circuit to/.test(line)),
  )

/** The number of results of each kind. */
const tally = (answers: ResultFields[]) =>
  Object.fromEntries(
    Map.groupBy(answers, answerOf)
      .entries()
      .map(([answer, { length }]) => [answer, length]),
  )
const answerOf = ({ __typename, order }: ResultFields) => `${__typename} ${order?.status}`

it.each(['tok_slow', 'tok_unavailable', 'tok_lost'])(
  "one customer's 300 payments by %s, 25 at a time, defer no other customer's payment",
  async (paymentToken) => {
    const duringAttack: ResultFields[] = []
    const attack: Promise<unknown>[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const second = pause(1_000) // real time: see above
      for (let n = 0; n < CONCURRENT_PAYMENTS; n++)
        attack.push(app.placeOnce('lee', item, 1, { paymentToken }).catch(() => null))
      duringAttack.push(await app.place('hong', item, 1))
      await second
    }
    await Promise.all(attack)
    const afterAttack: ResultFields[] = []
    for (let n = 0; n < 12; n++) afterAttack.push(await app.place('hong', item, 1))

    const allPaid = { 'OrderPayload PAID': 12 }
    // On a busy machine a payment may be deferred without the attack, and is then repeated: only the circuit must stay closed.
    expect(circuitsOpened()).toEqual([])
    expect({ duringAttack: tally(duringAttack), afterAttack: tally(afterAttack) }).toEqual({
      duringAttack: allPaid,
      afterAttack: allPaid,
    })
  },
)
