import { z } from 'zod'
import { type InvalidInput, type NotFound, notFound, type WrongState } from '../../../chassis/failures.ts'
import { optionalText, readInput } from '../../../chassis/inputs.ts'
import {
  complete,
  type Decision,
  depart,
  isKnown,
  type KnownDelivery,
  mayComplete,
  type Reader,
} from '../domain/delivery.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

export type DeliveryPayload = { type: 'DeliveryPayload'; delivery: KnownDelivery }
export type DeliveryResult = DeliveryPayload | NotFound | WrongState | InvalidInput

/** The rider departs with the flowers, not long before the promised window. Of two concurrent riders one wins, and the other gets WrongState. */
export function departForDelivery(
  ports: Ports,
  riderId: string,
  { deliveryId }: { deliveryId: string },
): Promise<DeliveryResult> {
  const now = ports.now()
  return change(ports, deliveryId, (delivery) => depart(delivery, riderId, now, ports.settings.departEarliestMs))
}

const completeDeliveryInput = z.object({
  deliveryId: z.string(),
  proof: z
    .object({
      note: optionalText('The note', 500).nullish(),
      photoUrl: z
        .url({ protocol: /^https?$/, normalize: true, error: 'The photo must be an http(s) URL.' })
        .max(2_000, "The photo's URL is too long (at most 2,000 characters).")
        .nullish(),
    })
    .nullish(),
})

/** The rider who departed has handed the flowers over. The proof is stored only in delivery's database. */
export async function completeDelivery(ports: Ports, caller: Reader, input: unknown): Promise<DeliveryResult> {
  const read = readInput(completeDeliveryInput, input)
  if ('failure' in read) return read.failure
  const { deliveryId, proof } = read.value
  const now = ports.now()
  const kept = { note: proof?.note || null, photoUrl: proof?.photoUrl ?? null }
  return change(ports, deliveryId, (delivery) =>
    mayComplete(delivery, caller)
      ? complete(delivery, now, kept.note || kept.photoUrl ? kept : null)
      : notFound('delivery'),
  )
}

async function change(
  ports: Ports,
  deliveryId: string,
  decide: (delivery: KnownDelivery) => Decision<KnownDelivery> | NotFound | WrongState,
): Promise<DeliveryResult> {
  return ports.transact(ports.newId(), async (tx) => {
    const delivery = await tx.deliveries.find(deliveryId)
    if (!delivery || !isKnown(delivery)) return notFound('delivery')
    const decision = decide(delivery)
    if ('type' in decision) return decision
    keep(tx, delivery, decision)
    return { type: 'DeliveryPayload', delivery: decision.delivery }
  })
}
