import { copyOf } from '../../../chassis/transaction.ts'
import type { Photos, Pictures } from '../application/ports.ts'
import { type Photo, SIZES } from '../domain/photo.ts'

/** The rows of photos in memory; the twin of `postgresPhotos`. */
export function memoryPhotos(): Photos {
  const rows = new Map<string, Photo>()
  const changeIf = (id: string, status: Photo['status'], change: Partial<Photo>) => {
    const row = rows.get(id)
    if (row?.status !== status) return false
    rows.set(id, { ...row, ...change })
    return true
  }
  const all = () => [...rows.values()].map(copyOf)
  return {
    byIds: async (ids) => all().filter(({ id }) => ids.includes(id)),
    add: async (photo) => {
      if (rows.has(photo.id)) return false
      rows.set(photo.id, copyOf(photo))
      return true
    },
    end: async ({ id, status, width, height, removeAt }) =>
      changeIf(id, 'STORING', { status, width, height, removeAt }),
    countSince: async (uploader, since) =>
      all().filter((row) => row.uploader === uploader && row.uploadedAt > since).length,
    dueAt: async (now, limit) => {
      const time = ({ removeAt }: Photo) => removeAt?.getTime() ?? Number.POSITIVE_INFINITY
      return all()
        .filter((row) => time(row) <= now.getTime())
        .sort((a, b) => time(a) - time(b))
        .slice(0, limit)
    },
    retire: async ({ id, status }) => changeIf(id, status, { status: 'REMOVED' }),
    remove: async (id) => {
      if (rows.get(id)?.status === 'REMOVED') rows.delete(id)
    },
  }
}

/** Pictures in memory; the twin of the stream of blobs. */
export function memoryPictures(): Pictures {
  const pictures = new Map<string, Uint8Array>()
  return {
    put: async (id, size, bytes) => void pictures.set(`${id} ${size}`, bytes),
    get: async (id, size) => pictures.get(`${id} ${size}`) ?? null,
    remove: async (id) => {
      for (const size of SIZES) pictures.delete(`${id} ${size}`)
    },
    ids: async () => [...new Set([...pictures.keys()].map((key) => key.split(' ')[0] ?? ''))],
  }
}
