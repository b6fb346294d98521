import DataLoader from 'dataloader'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Photos } from '../../application/ports.ts'
import type { Photo } from '../../domain/photo.ts'

/** The resolvers' context of one request: the caller's claims, and photos read in one query. */
export type Context = { claims: Claims; photos: DataLoader<string, Photo | null> }

export const contextFrom =
  ({ byIds }: Photos) =>
  (claims: Claims): Context => ({
    claims,
    photos: new DataLoader(async (ids) => {
      const found = new Map((await byIds(ids)).map((photo) => [photo.id, photo]))
      return ids.map((id) => found.get(id) ?? null)
    }),
  })
