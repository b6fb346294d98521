import { z } from 'zod'
import { type InvalidInput, type NotFound, notFound, type WrongState, wrongState } from '../../../chassis/failures.ts'
import { readInput } from '../../../chassis/inputs.ts'
import { correct } from '../domain/correcting.ts'
import { type Order, type Recipient, statusOf } from '../domain/order.ts'
import { deliveryFeeTo, missingPostalCode, type NotDeliveredThere } from './delivery-fee.ts'
import type { OrderPayload } from './pay-order.ts'
import { recipientInput } from './place-order-input.ts'
import type { Ports, Tx } from './ports.ts'

export type CorrectRecipientResult = OrderPayload | NotDeliveredThere | NotFound | WrongState | InvalidInput

const correctRecipientInput = z.object({ orderId: z.string(), recipient: recipientInput })

/**
 * The customer corrects who receives the flowers. The same postal code always passes; to another one the delivery must cost no more
 * today than was paid for it.
 */
export function correctRecipient(ports: Ports, customerId: string, input: unknown): Promise<CorrectRecipientResult> {
  return ports.transact(ports.newId(), async (tx) => {
    const read = readInput(correctRecipientInput, input)
    if ('failure' in read) return read.failure
    const { orderId, recipient } = read.value
    const order = await tx.orders.find(orderId)
    if (!order || order.customerId !== customerId) return notFound('order')
    const decision = correct(order, recipient)
    if (decision === 'too often') return wrongState('The recipient was corrected too often.', statusOf(order))
    if (decision === 'too late') {
      const state = statusOf(order).toLowerCase().replaceAll('_', ' ')
      return wrongState(`The recipient can't be corrected: the order is ${state}.`, statusOf(order))
    }
    const refused = await elsewhere(tx, order, recipient)
    if (refused) return refused
    if (decision.order !== order) tx.orders.save(decision.order)
    tx.say(decision.says)
    return { type: 'OrderPayload', order: decision.order }
  })
}

/** Why the flowers can't go to the corrected postal code for what was paid; null if they can. */
async function elsewhere(
  tx: Tx,
  { storeId, deliveryFee, recipient: before }: Order,
  recipient: Recipient,
): Promise<NotDeliveredThere | InvalidInput | null> {
  const postalCode = recipient.postalCode ?? null
  if (postalCode === (before.postalCode ?? null)) return null
  const calendar = await tx.calendarOf(storeId)
  const missing = missingPostalCode(calendar, postalCode)
  if (missing) return missing
  const fee = deliveryFeeTo(calendar, postalCode)
  if (typeof fee !== 'number') return fee
  if (fee <= (deliveryFee?.amount ?? 0)) return null
  const message = `The delivery to the postal code ${postalCode} costs more than was paid for it: ${fee.toLocaleString('en')} won.`
  return { type: 'NotDeliveredThere', message }
}
