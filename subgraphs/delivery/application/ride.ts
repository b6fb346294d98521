import { z } from 'zod'
import { type InvalidInput, type NotFound, notFound, type WrongState } from '../../../chassis/failures.ts'
import { optionalText, readInput } from '../../../chassis/inputs.ts'
import { invalidPhoto, namedPhoto, photoIdInput } from '../../../schema/photos/named-photo.ts'
import { bringBack, complete, depart, fail, isProof, mayRide } from '../domain/attempts.ts'
import { type Decision, isKnown, type KnownDelivery, type Reader } from '../domain/delivery.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

export type DeliveryPayload = { type: 'DeliveryPayload'; delivery: KnownDelivery }
export type DeliveryResult = DeliveryPayload | NotFound | WrongState | InvalidInput

/** Without one, the first: apps from before there were attempts name none. */
const attempt = z
  .int()
  .nullish()
  .transform((given) => given ?? 1)
const note = optionalText('The note', 500)
  .nullish()
  .transform((given) => given || null)
const phoneAt = z.iso
  .datetime({ offset: true, error: 'A time is written like this: 2026-11-22T09:30:00.000Z.' })
  .nullish()
  .transform((given) => (given ? new Date(given) : null))

const departInput = z.object({ deliveryId: z.string(), attempt: z.int().nullish() })

/** The rider departs with the flowers, not long before the promised window. Of two concurrent riders one wins, and the other gets WrongState. */
export async function departForDelivery(ports: Ports, caller: Reader, input: unknown): Promise<DeliveryResult> {
  const read = readInput(departInput, input)
  if ('failure' in read) return read.failure
  const ride = { riderId: caller.id, attempt: read.value.attempt ?? null }
  const now = ports.now()
  return change(ports, read.value.deliveryId, (delivery) =>
    // Who comes second in a race is told so; all else of other riders' deliveries is hidden.
    delivery.status === 'DEPARTED' || mayRide(delivery, caller)
      ? depart(delivery, ride, now, ports.settings.departEarliestMs)
      : notFound('delivery'),
  )
}

const completeDeliveryInput = z.object({
  deliveryId: z.string(),
  attempt,
  at: phoneAt,
  proof: z.object({ note }).nullish(),
  photoId: photoIdInput,
})

/** The rider of an attempt has handed the flowers over. The proof is stored only in delivery's database. */
export async function completeDelivery(ports: Ports, caller: Reader, input: unknown): Promise<DeliveryResult> {
  const read = readInput(completeDeliveryInput, input)
  if ('failure' in read) return read.failure
  const { deliveryId, attempt, proof, at, photoId } = read.value
  const note = proof?.note ?? null
  const now = ports.now()
  return withPhoto(ports, caller, { deliveryId, photoId }, (delivery, photo) =>
    complete(delivery, { riderId: caller.id, attempt }, note ? { note } : null, { note, phoneAt: at, photo }, now),
  )
}

const failedInput = z.object({
  deliveryId: z.string(),
  attempt: z.int(),
  reason: z.enum(['NOBODY_HOME', 'WRONG_ADDRESS', 'NO_ACCESS', 'REFUSED', 'DAMAGED']),
  note,
  at: phoneAt,
  photoId: photoIdInput,
})

/** The rider of an attempt could not hand the flowers over. The note is stored only in delivery's database. */
export async function reportFailedAttempt(ports: Ports, caller: Reader, input: unknown): Promise<DeliveryResult> {
  const read = readInput(failedInput, input)
  if ('failure' in read) return read.failure
  const { deliveryId, attempt, reason, note, at, photoId } = read.value
  const now = ports.now()
  return withPhoto(ports, caller, { deliveryId, photoId }, (delivery, photo) =>
    fail(delivery, { riderId: caller.id, attempt }, reason, { note, phoneAt: at, photo }, now),
  )
}

/** The rider of a failed attempt brings the flowers back. */
export function returnFlowers(
  ports: Ports,
  caller: Reader,
  { deliveryId, attempt }: { deliveryId: string; attempt: number },
): Promise<DeliveryResult> {
  const now = ports.now()
  return asRider(ports, caller, deliveryId, (delivery) => bringBack(delivery, { riderId: caller.id, attempt }, now))
}

type Decide = (delivery: KnownDelivery) => Decision<KnownDelivery> | NotFound | WrongState | InvalidInput

/** Decides with the photo that the rider uploaded as a proof of this delivery, and that proves nothing yet. */
function withPhoto(
  ports: Ports,
  caller: Reader,
  { deliveryId, photoId }: { deliveryId: string; photoId: string | undefined },
  decide: (delivery: KnownDelivery, photo: string | null) => ReturnType<Decide>,
): Promise<DeliveryResult> {
  const wanted = { purpose: 'PROOF', subject: deliveryId, uploader: caller.id } as const
  const named = namedPhoto(ports.settings.photoKeys, photoId, wanted)
  return asRider(ports, caller, deliveryId, (delivery) => {
    if ('type' in named) return named
    const decision = decide(delivery, named.photo)
    // A repeated command changes nothing, and is answered as the first.
    const isNew = 'delivery' in decision && decision.delivery !== delivery
    if (isNew && named.photo !== null && isProof(delivery, named.photo))
      return invalidPhoto('This photo is the proof of something else. Upload it once more.')
    return decision
  })
}

const asRider = (ports: Ports, caller: Reader, deliveryId: string, decide: Decide) =>
  change(ports, deliveryId, (delivery) => (mayRide(delivery, caller) ? decide(delivery) : notFound('delivery')))

async function change(ports: Ports, deliveryId: string, decide: Decide): Promise<DeliveryResult> {
  return ports.transact(ports.newId(), async (tx) => {
    const delivery = await tx.deliveries.find(deliveryId)
    if (!delivery || !isKnown(delivery)) return notFound('delivery')
    const decision = decide(delivery)
    if ('type' in decision) return decision
    keep(tx, delivery, decision)
    return { type: 'DeliveryPayload', delivery: decision.delivery }
  })
}
