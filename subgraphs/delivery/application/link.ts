import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Delivery, KnownDelivery } from '../domain/delivery.ts'
import { isKnown } from '../domain/delivery.ts'
import { hasLink, type Tracked, trackedOf } from '../domain/tracking.ts'

/** The bytes of a token: the delivery's id, and what proves it. */
const ID_BYTES = 16
const PROOF_BYTES = 32
const FORM = /^[\w-]{64}$/

const proofOf = (secret: string, { id, linkSerial }: { id: string; linkSerial: number }) =>
  createHmac('sha256', secret).update(`link ${id} ${linkSerial}`).digest()

/** The token of the recipient's link; null if there is none: it is forbidden or over. It can always be made again, so none is stored. */
export function trackTokenOf(secret: string | null, delivery: KnownDelivery, now: Date): string | null {
  if (secret === null || !hasLink(delivery, now)) return null
  const id = Buffer.from(delivery.id.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, proofOf(secret, delivery)]).toString('base64url')
}

/** The delivery that a token names; null if it has not the form of one. Whether the token is right is for `tracked` to say. */
export function deliveryNamedBy(token: string): string | null {
  if (!FORM.test(token)) return null
  const hex = Buffer.from(token, 'base64url').subarray(0, ID_BYTES).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What the recipient sees by a token: null if it is not the delivery's present one, or is forbidden, over, or not of use yet. */
export function tracked(secret: string | null, token: string, delivery: Delivery | null, now: Date): Tracked | null {
  if (secret === null || !delivery || !isKnown(delivery)) return null
  const given = Buffer.from(token, 'base64url').subarray(ID_BYTES)
  const isRight = given.length === PROOF_BYTES && timingSafeEqual(given, proofOf(secret, delivery))
  return isRight ? trackedOf(delivery, now) : null
}
