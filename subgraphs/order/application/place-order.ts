import type { IdempotencyConflict } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { readInput } from '../../../chassis/inputs.ts'
import type { serializeByKey } from '../../../chassis/keyed-queue.ts'
import { canBePaid } from '../domain/order.ts'
import { type OrderPayload, type PaymentDeclined, type PaymentDeferred, pay } from './pay-order.ts'
import { placeOrderInput } from './place-order-input.ts'
import type { Ports } from './ports.ts'
import { type NotPlaced, record } from './record-order.ts'

export type PlaceOrderResult = OrderPayload | PaymentDeclined | PaymentDeferred | NotPlaced | IdempotencyConflict

/** In a process, one order of a customer is recorded at a time, and one booking of a store: the others hold no connection. */
export type Turns = { ofCustomer: ReturnType<typeof serializeByKey>; ofStore: ReturnType<typeof serializeByKey> }

/**
 * Places an order and pays it. The price is the menu's, with the delivery at most `expectedTotal`. Requests with the same key and
 * input, also concurrent ones, return the same order in its present state.
 */
export async function placeOrder(
  ports: Ports,
  turns: Turns,
  customerId: string,
  input: unknown,
): Promise<PlaceOrderResult> {
  const read = readInput(placeOrderInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, expectedTotal, ...keyedInput } = read.value
  const since = ports.now()
  const keyed = { callerId: customerId, operation: 'placeOrder', key, input: keyedInput }
  const attempt = (mayBook: boolean) =>
    ports.transact(ports.newId(), (tx) =>
      onceForKey(tx.keyUses, tx.orders, keyed, () =>
        record(ports, tx, { customerId, keyedInput, expectedTotal, mayBook }),
      ),
    )
  const placed = await turns.ofCustomer(customerId, async () => {
    const first = await attempt(false)
    if (!('type' in first && first.type === 'NeedsPlace')) return first
    return turns.ofStore(keyedInput.storeId, () => attempt(true))
  })
  if ('type' in placed) {
    if (placed.type === 'NeedsPlace') throw new Error('An attempt that may book asks for nothing more.')
    return placed
  }
  if (!canBePaid(placed, ports.now())) return { type: 'OrderPayload', order: placed }
  const paid = await pay(ports, placed, keyedInput.paymentToken, since)
  if (paid.type !== 'NotTried') return paid
  // The order is recorded, so the answer has it.
  const { order, message, retryAfter } = paid
  if (retryAfter === null) return { type: 'PaymentDeclined', message, order }
  return { type: 'PaymentDeferred', message, order, retryAfter, payBy: order.payBy }
}
