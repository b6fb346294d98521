import sharp from 'sharp'
import type { People } from './people.ts'

type Upload = { purpose: 'ITEM' | 'READY' | 'PROOF'; storeId?: string; orderId?: string; deliveryId?: string }
type Who = Parameters<People['mutate']>[0]

const REQUEST = `mutation ($input: RequestUploadInput!) { requestUpload(input: $input) {
  __typename ... on UploadPayload { upload { url token maxBytes } } ... on Failure { message } } }`

/** A small JPEG. */
export const aJpeg = (): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 200, g: 60, b: 90 } } })
    .jpeg()
    .toBuffer()

/** Uploads a file as this person, through the router; the HTTP status, and the photo's id if it was taken. */
export async function upload(
  { mutate, url }: Pick<People, 'mutate'> & { url: string },
  who: Who,
  input: Upload,
  file?: Buffer,
): Promise<{ status: number; photoId: string }> {
  const { upload: ticket, message } = await mutate(who, REQUEST, { input })
  if (!ticket) throw new Error(String(message))
  const { url: to, token } = ticket as { url: string; token: string } // the mutation selects them
  const response = await fetch(new URL(to, url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new Blob([Uint8Array.from(file ?? (await aJpeg()))]),
  })
  const { photoId = '' } = (await response.json()) as { photoId?: string }
  return { status: response.status, photoId }
}
