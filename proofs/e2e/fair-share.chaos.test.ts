import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
// real time: the attack has a pace of 25 payments a second
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { type MenuItem, type People, people, type Seen } from './people.ts'

const ROUNDS = 12
const AT_ONCE = 25

let stack: Stack
let app: People
let item: MenuItem
beforeAll(async () => {
  // Longer than by default, and shorter than tok_slow takes: a payment is late because of its card, not of this machine.
  // More unpaid orders than a customer may have by default: they are what the others are to be spared from.
  stack = await startStack({ env: { PAYMENT_DEADLINE_MS: '2000', MOST_UNPAID: '1000' } })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.does('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: item.id, delta: 5_000 } })
  await until(async () => (await app.place('hong', item, 150)).order, 'the menu knows')
})
afterAll(async () => stack?.stop())

/** What order and payment have logged of their circuits. */
const circuitsOpened = () =>
  ['order', 'payment'].flatMap((name) =>
    readFileSync(join(stack.dataDir, 'logs', `${name}.log`), 'utf8')
      .split('\n')
      .filter((line) => /"state":"open".*the circuit to/.test(line)),
  )

/** How often each answer was given. */
const tally = (answers: Seen[]) =>
  Object.fromEntries(
    Map.groupBy(answers, answerOf)
      .entries()
      .map(([answer, { length }]) => [answer, length]),
  )
const answerOf = ({ __typename, order }: Seen) => `${__typename} ${order?.status}`

it.each(['tok_slow', 'tok_unavailable', 'tok_lost'])(
  "one customer's 300 payments by %s, 25 at a time, put off nobody else's",
  async (paymentToken) => {
    const during: Seen[] = []
    const bad: Promise<unknown>[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const second = pause(1_000) // real time: see above
      for (let n = 0; n < AT_ONCE; n++) bad.push(app.placeOnce('lee', item, 1, { paymentToken }).catch(() => null))
      during.push(await app.place('hong', item, 1))
      await second
    }
    await Promise.all(bad)
    const after: Seen[] = []
    for (let n = 0; n < 12; n++) after.push(await app.place('hong', item, 1))

    const allPaid = { 'OrderPayload PAID': 12 }
    // On a busy machine a payment may be late by itself, and is then asked for again: only others must not put it off.
    expect(circuitsOpened()).toEqual([])
    expect({ during: tally(during), after: tally(after) }).toEqual({ during: allPaid, after: allPaid })
  },
)
