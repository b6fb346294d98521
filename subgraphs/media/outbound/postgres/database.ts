import { Migration } from '@mikro-orm/migrations'
import {
  defineEntity,
  type InferEntity,
  type MikroORM,
  p,
  UniqueConstraintViolationException,
} from '@mikro-orm/postgresql'
import type { PhotoPurpose } from '../../../../schema/photos/photo-id.ts'
import type { Photos } from '../../application/ports.ts'
import type { Photo } from '../../domain/photo.ts'

const PhotoRow = defineEntity({
  name: 'Photo',
  tableName: 'photo',
  properties: {
    id: p.uuid().primary(),
    purpose: p.text().$type<PhotoPurpose>(),
    subject: p.uuid(),
    uploader: p.uuid(),
    status: p.text().$type<Photo['status']>(),
    digest: p.text(),
    width: p.integer().nullable(),
    height: p.integer().nullable(),
    uploadedAt: p.datetime(),
    removeAt: p.datetime().nullable(),
  },
})

class MediaTables extends Migration {
  override up(): void {
    this.addSql(`
      create table photo (
        id uuid primary key, -- the ticket's
        purpose text not null check (purpose in ('ITEM', 'READY', 'PROOF')),
        subject uuid not null,
        uploader uuid not null,
        status text not null check (status in ('STORING', 'STORED', 'REFUSED', 'REMOVED')),
        digest text not null,
        width integer,
        height integer,
        uploaded_at timestamptz not null,
        remove_at timestamptz
      );
      create index photo_uploader on photo (uploader, uploaded_at);
      create index photo_due on photo (remove_at) where remove_at is not null;
    `)
  }
}

export const schema = { entities: [PhotoRow], migrations: { '0001-media': MediaTables }, deletesFrom: ['photo'] }

const photoOf = ({ width = null, height = null, removeAt = null, ...row }: InferEntity<typeof PhotoRow>): Photo => ({
  ...row,
  width,
  height,
  removeAt,
})

/** The rows of photos in media's database. */
export const postgresPhotos = (orm: MikroORM): Photos => ({
  byIds: async (ids) =>
    ids.length === 0
      ? []
      : (await orm.em.fork().find(PhotoRow, { id: { $in: [...ids] } }, { disableIdentityMap: true })).map(photoOf),
  add: async (photo) => {
    try {
      await orm.em.fork().insert(PhotoRow, photo)
      return true
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return false
      throw error
    }
  },
  end: async ({ id, status, width, height, removeAt }) => {
    const change = { status, width, height, removeAt }
    return (await orm.em.fork().nativeUpdate(PhotoRow, { id, status: 'STORING' }, change)) > 0
  },
  countSince: (uploader, since) => orm.em.fork().count(PhotoRow, { uploader, uploadedAt: { $gt: since } }),
  dueAt: async (now, limit) => {
    const order = { orderBy: { removeAt: 'asc' }, limit, disableIdentityMap: true } as const
    return (await orm.em.fork().find(PhotoRow, { removeAt: { $lte: now } }, order)).map(photoOf)
  },
  retire: async ({ id, status }) =>
    (await orm.em.fork().nativeUpdate(PhotoRow, { id, status }, { status: 'REMOVED' })) > 0,
  remove: async (id) => {
    await orm.em.fork().nativeDelete(PhotoRow, { id, status: 'REMOVED' })
  },
})
