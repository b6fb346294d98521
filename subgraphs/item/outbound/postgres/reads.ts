import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageById, readPage } from '../../../../chassis/graphql/connection.ts'
import { byIds, pagesByParent } from '../../../../chassis/postgres/reads.ts'
import type { Item } from '../../domain/item.ts'
import { ItemRow } from './rows.ts'

/** Reads for one request: one query per kind (of menus: per size and place of page), however many are asked for. */
export type Reads = {
  items: DataLoader<string, Item | null>
  /** A store's menu: without what is withdrawn, oldest first; so is `menu`. */
  menuOf(storeId: string, page: PageArguments): Promise<Connection<Item>>
  /** `search` is part of a name, in either case. */
  menu(filter: { storeId?: string | null; search?: string | null }, page: PageArguments): Promise<Connection<Item>>
}

export const readsOf = (orm: MikroORM): Reads => {
  const em = orm.em.fork()
  const menus = pagesByParent<Item>(em, ItemRow, { parent: 'storeId', order: 'asc' })
  const onMenu = { sql: 'not withdrawn', values: [] }
  return {
    items: new DataLoader((ids) => byIds<Item>(em, ItemRow, ids)),
    menuOf: async (storeId, page) => menus.load({ parentId: storeId, page: readPage(page), where: onMenu }),
    menu: ({ storeId, search }, page) => {
      const ofStore = storeId ? { storeId } : {}
      // No index for this: pg_trgm knows no Korean under C.UTF-8, and few menus are longer than a page of memory.
      const found = search ? { name: { $ilike: `%${search.replace(/[\\%_]/g, '\\$&')}%` } } : {}
      return pageById<Item>(em, ItemRow, { where: { withdrawn: false, ...ofStore, ...found }, page, order: 'asc' })
    },
  }
}
