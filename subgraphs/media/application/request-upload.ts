import { type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import { isId } from '../../../chassis/ids.ts'
import type { PhotoPurpose } from '../../../schema/photos/photo-id.ts'
import { MOST_BYTES, TICKET_MS } from '../domain/photo.ts'
import type { Ports } from './ports.ts'
import { ticketToken } from './signed.ts'

export type UploadInput = {
  purpose: PhotoPurpose
  storeId?: string | null
  orderId?: string | null
  deliveryId?: string | null
}
export type UploadTicket = { url: string; token: string; expiresAt: Date; maxBytes: number }
export type UploadPayload = { type: 'UploadPayload'; upload: UploadTicket }
export type TooManyUploads = { type: 'TooManyUploads'; message: string; retryAfter: number }

const DAY_MS = 24 * 60 * 60_000
/** The field that says what the photo may belong to. */
const SUBJECTS = { ITEM: 'storeId', READY: 'orderId', PROOF: 'deliveryId' } as const

/**
 * A ticket for one upload. Whether the subject is the caller's is not known here, and need not be: the context that takes the photo
 * decides it, and takes only photos of its caller and of this subject.
 */
export async function requestUpload(
  ports: Ports,
  uploader: string,
  input: UploadInput,
): Promise<UploadPayload | TooManyUploads | InvalidInput> {
  const { settings, now, newId } = ports
  const wrong = problemsOf(input)
  if (wrong.length > 0) return invalidInput(wrong)
  const subject = input[SUBJECTS[input.purpose]] ?? ''
  if (await hasUploadedMost(ports, uploader)) return tooMany(settings.mostUploadsADay)
  const expiresAt = new Date(now().getTime() + TICKET_MS)
  const token = ticketToken(settings.mediaSecret, { id: newId(), purpose: input.purpose, subject, uploader, expiresAt })
  return { type: 'UploadPayload', upload: { url: settings.url, token, expiresAt, maxBytes: MOST_BYTES } }
}

/** Whether this user may upload nothing more for now. */
export const hasUploadedMost = async ({ photos, settings, now }: Ports, uploader: string): Promise<boolean> =>
  (await photos.countSince(uploader, new Date(now().getTime() - DAY_MS))) >= settings.mostUploadsADay

function problemsOf(input: UploadInput): InvalidInput['problems'] {
  const needed = SUBJECTS[input.purpose]
  return Object.values(SUBJECTS).flatMap((field): InvalidInput['problems'] => {
    const value = input[field]
    if (field !== needed) {
      const message = `${field} is not for ${input.purpose}.`
      return value == null ? [] : [{ path: [field], code: 'NOT_ALLOWED', message }]
    }
    if (value == null)
      return [{ path: [field], code: 'REQUIRED', message: `${field} is missing: ${input.purpose} needs it.` }]
    return isId(value) ? [] : [{ path: [field], code: 'WRONG_FORMAT', message: `${field} is no id.` }]
  })
}

const tooMany = (most: number): TooManyUploads => ({
  type: 'TooManyUploads',
  message: `You have uploaded ${most} photos within 24 hours, which is the most. Try again later.`,
  retryAfter: 60 * 60,
})
