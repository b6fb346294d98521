import { z } from 'zod'
import { type InvalidInput, type NotFound, notFound, type WrongState } from '../../../chassis/failures.ts'
import { optionalText, readInput, text } from '../../../chassis/inputs.ts'
import { namedPhoto, photoIdInput } from '../../../schema/photos/named-photo.ts'
import { act, type Command, type OpenedOrder } from '../domain/store-order.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

export type StoreOrderPayload = { type: 'StoreOrderPayload'; storeOrder: OpenedOrder }
export type StoreOrderResult = StoreOrderPayload | NotFound | WrongState | InvalidInput

type OrderInput = { orderId: string }

/** The florist accepts the order. */
export const receiveOrder = (ports: Ports, ownerId: string, { orderId }: OrderInput) =>
  workOn(ports, ownerId, orderId, { type: 'receiveOrder' })

const decorateOrderInput = z.object({
  orderId: z.string(),
  substituted: optionalText('What was used instead', 500)
    .nullish()
    .transform((substituted) => substituted || null),
  photoId: photoIdInput,
})

/** The flowers are ready for a rider. The customer can see them, and read what was used instead of a flower that was missing. */
export async function decorateOrder(ports: Ports, ownerId: string, input: unknown): Promise<StoreOrderResult> {
  const read = readInput(decorateOrderInput, input)
  if ('failure' in read) return read.failure
  const { orderId, substituted, photoId } = read.value
  const wanted = { purpose: 'READY', subject: orderId, uploader: ownerId } as const
  const named = namedPhoto(ports.settings.photoKeys, photoId, wanted)
  if ('type' in named) return named
  return workOn(ports, ownerId, orderId, { type: 'decorateOrder', substituted, photo: named.photo })
}

const rejectOrderInput = z.object({
  orderId: z.string(),
  reason: text('The reason', 500),
})

/** The florist can't make it. The customer gets the money back and can read the reason. */
export async function rejectOrder(ports: Ports, ownerId: string, input: unknown): Promise<StoreOrderResult> {
  const read = readInput(rejectOrderInput, input)
  if ('failure' in read) return read.failure
  return workOn(ports, ownerId, read.value.orderId, { type: 'rejectOrder', reason: read.value.reason })
}

/** For everyone but the store's owner the order does not exist. */
async function workOn(ports: Ports, ownerId: string, orderId: string, command: Command): Promise<StoreOrderResult> {
  return ports.transact(ports.newId(), async (tx) => {
    const order = await tx.storeOrders.find(orderId)
    if (!order || order.status === 'TOMBSTONE' || order.ownerId !== ownerId) return notFound('order')
    const decision = act(order, command)
    if ('type' in decision) return decision
    keep(tx, order, decision)
    return { type: 'StoreOrderPayload', storeOrder: decision.order }
  })
}
