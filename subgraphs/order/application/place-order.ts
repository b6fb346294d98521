import type { IdempotencyConflict } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { readInput } from '../../../chassis/inputs.ts'
import type { Turns } from '../../../chassis/keyed-queue.ts'
import { canBePaid } from '../domain/order.ts'
import { type OrderPayload, type PaymentDeclined, type PaymentDeferred, pay } from './pay-order.ts'
import { placeOrderInput } from './place-order-input.ts'
import type { Ports } from './ports.ts'
import { type NotPlaced, record } from './record-order.ts'

export type PlaceOrderResult = OrderPayload | PaymentDeclined | PaymentDeferred | NotPlaced | IdempotencyConflict

/** In a process, one order of a customer is recorded at a time, and one place of a store booked: the others hold no connection. */
export type PlacingTurns = { ofCustomer: Turns; ofStore: Turns }

/**
 * Places an order and pays it. The price is the menu's, with the delivery at most `expectedTotal`. Requests with the same key and
 * input, also concurrent ones, return the same order in its present state.
 */
export async function placeOrder(
  ports: Ports,
  turns: PlacingTurns,
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
  const { storeId } = keyedInput
  const placed = await turns.ofCustomer(customerId, async () => {
    // While another books there, what books nothing does not wait: an order without a limit, and the answer that a window is full.
    const first = turns.ofStore.isBusy(storeId) ? await attempt(false) : null
    if (first && !('type' in first && first.type === 'NeedsPlace')) return first
    return turns.ofStore(storeId, () => attempt(true))
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
