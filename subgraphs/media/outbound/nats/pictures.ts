import { type Blobs, BlobsFull } from '../../../../chassis/nats/blobs.ts'
import { NoRoomForPictures, type Pictures } from '../../application/ports.ts'

/** The pictures in a bucket of NATS, each by its photo's id and its size. */
export const natsPictures = (blobs: () => Blobs): Pictures => ({
  put: async (id, size, bytes) => {
    try {
      await blobs().put(`${id}.${size}`, bytes)
    } catch (error) {
      throw error instanceof BlobsFull ? new NoRoomForPictures(error.message) : error
    }
  },
  get: (id, size) => blobs().get(`${id}.${size}`),
  remove: (id) => blobs().remove(id),
  ids: async () => [...new Set((await blobs().names()).map((name) => name.split('.')[0] ?? ''))],
})
