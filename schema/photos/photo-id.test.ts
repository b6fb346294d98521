import { describe, expect, it } from '@jest/globals'
import { newId } from '../../chassis/ids.ts'
import { type PhotoClaim, photoIdOf, photoNamedBy } from './photo-id.ts'

const [key, other] = ['k'.repeat(32), 'o'.repeat(32)]
const claim: PhotoClaim = { photo: newId(), purpose: 'READY', subject: newId(), uploader: newId() }
const { photo, ...wanted } = claim
const photoId = photoIdOf(key, claim)

describe('a photo’s id', () => {
  it('names the photo to whom it was made for, also while the key is replaced', () => {
    expect(photoNamedBy([key], photoId, wanted)).toBe(photo)
    expect(photoNamedBy([other, key], photoId, wanted)).toBe(photo)
  })

  it.each([
    ['another order', { subject: newId() }],
    ['another user', { uploader: newId() }],
    ['another purpose', { purpose: 'PROOF' as const }],
  ])('names nothing for %s', (_, difference) => {
    expect(photoNamedBy([key], photoId, { ...wanted, ...difference })).toBeNull()
  })

  it('names nothing if it is forged, cut, spelt otherwise, or made with another context’s key', () => {
    const bytes = Buffer.from(photoId, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const forged = Buffer.from(bytes)
      forged[at] = (forged[at] ?? 0) ^ 1
      expect(photoNamedBy([key], forged.toString('base64url'), wanted)).toBeNull()
    }
    for (const wrong of ['', 'x', photoId.slice(0, -1), `${photoId}=`, ` ${photoId}`, `${photoId}AAAA`])
      expect(photoNamedBy([key], wrong, wanted)).toBeNull()
    expect(photoNamedBy([other], photoId, wanted)).toBeNull()
  })
})
