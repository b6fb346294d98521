import { newId } from '../../../chassis/ids.ts'
import type { Encoded, Photos, Pictures, Ports } from '../application/ports.ts'
import { wire } from '../wire.ts'

export const settings: Ports['settings'] = {
  mediaSecret: 'the secret of media in these tests',
  photoKeys: {
    ITEM: 'the key of ITEM photos in these tests',
    READY: 'the key of READY photos in these tests',
    PROOF: 'the key of PROOF photos in these tests',
  },
  url: '/photos',
  mostUploadsADay: 5,
}

const A_PICTURE: Encoded = {
  width: 4,
  height: 3,
  pictures: { LARGE: new Uint8Array([1, 2, 3]), SMALL: new Uint8Array([1]) },
}

/** The media context on what keeps its rows and pictures, with a clock that can be put forward, and a decoder that takes anything. */
export function mediaOn(
  kept: { photos: Photos; pictures: Pictures },
  encode: Ports['encode'] = async () => A_PICTURE,
  given: Partial<Ports['settings']> = {},
) {
  let passed = 0
  const now = () => new Date(Date.now() + passed)
  const media = wire({ ...kept, encode, now, newId, settings: { ...settings, ...given } })
  const pass = (ms: number) => {
    passed += ms
  }
  /** A ticket for an upload by this user, as a token. */
  const tokenFor = async (uploader: string, purpose: 'ITEM' | 'READY' | 'PROOF' = 'READY', subject = newId()) => {
    const field = { ITEM: 'storeId', READY: 'orderId', PROOF: 'deliveryId' }[purpose]
    const result = await media.commands.requestUpload(uploader, { purpose, [field]: subject })
    if (result.type !== 'UploadPayload') throw new Error(result.message)
    return result.upload.token
  }
  return { media, pass, now, tokenFor }
}
