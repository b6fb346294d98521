import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { byIds } from '../../../../chassis/postgres/reads.ts'
import type { Media } from '../../domain/media.ts'
import { EntryRow } from './database.ts'

/** Reads for one request: one query, however many are asked for. */
export type Reads = {
  /** By the order's id. */
  entries: DataLoader<string, Media | null>
}

export function readsOf(orm: MikroORM): Reads {
  const em = orm.em.fork()
  return { entries: new DataLoader((ids) => byIds<Media>(em, EntryRow, ids)) }
}
