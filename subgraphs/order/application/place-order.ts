import { z } from 'zod'
import { type IdempotencyConflict, type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { idempotencyKey, optionalText, readInput, text } from '../../../chassis/inputs.ts'
import { MOST_MONEY } from '../../../schema/events/common.ts'
import { price } from '../domain/menu.ts'
import { canBePaid, type Order, place } from '../domain/order.ts'
import { type OrderPayload, type PaymentDeclined, type PaymentDeferred, pay, paymentToken } from './pay-order.ts'
import type { Ports, Tx } from './ports.ts'

export type ItemUnavailable = { type: 'ItemUnavailable'; message: string; itemIds: string[] }
export type PlaceOrderResult =
  | OrderPayload
  | PaymentDeclined
  | PaymentDeferred
  | ItemUnavailable
  | InvalidInput
  | IdempotencyConflict

const placeOrderInput = z.object({
  idempotencyKey,
  storeId: z.string(),
  lines: z
    .array(
      z.object({
        itemId: z.string(),
        quantity: z.int().min(1, 'At least 1 of it.').max(999, 'At most 999 of it.'),
      }),
    )
    .min(1, 'An order has at least one line.')
    .max(20, 'An order has at most 20 lines.'),
  recipient: z.object({
    name: text("The recipient's name", 100),
    phone: text("The recipient's phone number", 40).regex(/^[+\d][\d\s().-]*$/, 'This is not a phone number.'),
    address: text("The recipient's address", 500),
  }),
  // No card is no card, however it is said: a repeated call must not differ by that.
  cardMessage: optionalText('The card message', 500)
    .nullish()
    .transform((message) => message || null),
  paymentToken,
})
type Asked = Omit<z.infer<typeof placeOrderInput>, 'idempotencyKey'>

/**
 * Places an order and pays it. The price is the menu's, never the client's. The same key and input give the same
 * order, however often and however many at once; what is answered is then how it stands at present.
 */
export async function placeOrder(ports: Ports, customerId: string, input: unknown): Promise<PlaceOrderResult> {
  const read = readInput(placeOrderInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, ...asked } = read.value
  const since = ports.now()
  const placed = await ports.transact(ports.newId(), (tx) => {
    const keyed = { callerId: customerId, operation: 'placeOrder', key, input: asked }
    return onceForKey(tx.keyUses, tx.orders, keyed, () => record(ports, tx, customerId, asked))
  })
  if ('type' in placed) return placed
  if (!canBePaid(placed, ports.now())) return { type: 'OrderPayload', order: placed }
  return pay(ports, placed, asked.paymentToken, since)
}

/** Records a new order at the menu's prices; nothing is charged yet. */
async function record(
  ports: Ports,
  tx: Tx,
  customerId: string,
  asked: Asked,
): Promise<Order | ItemUnavailable | InvalidInput> {
  if (!(await tx.stores.find(asked.storeId))) {
    return invalidInput([{ path: ['storeId'], message: 'There is no such store.' }])
  }
  const itemIds = [...new Set(asked.lines.map(({ itemId }) => itemId))]
  const menu = (await Promise.all(itemIds.map((id) => tx.menu.find(id)))).filter((item) => item !== null)
  const priced = price(asked.storeId, asked.lines, menu)
  if ('notOnMenu' in priced) {
    const message = "This is not on the store's menu."
    return invalidInput(priced.notOnMenu.map((line) => ({ path: ['lines', String(line), 'itemId'], message })))
  }
  if ('unavailable' in priced) {
    const names = priced.unavailable.map(({ name }) => name).join(', ')
    const message = `There is not enough left of: ${names}.`
    return { type: 'ItemUnavailable', message, itemIds: priced.unavailable.map(({ itemId }) => itemId) }
  }
  if (priced.total.amount > MOST_MONEY) {
    return invalidInput([{ path: ['lines'], message: 'The total is over 2,000,000,000 won: split the order.' }])
  }

  const now = ports.now()
  const { order, says } = place({
    id: ports.newId(),
    customerId,
    storeId: asked.storeId,
    ...priced,
    recipient: asked.recipient,
    cardMessage: asked.cardMessage,
    placedAt: now,
    payBy: new Date(now.getTime() + ports.settings.payWithinMs),
  })
  tx.orders.save(order)
  tx.say(says)
  return order
}
