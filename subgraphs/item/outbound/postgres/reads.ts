import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageById, readPage } from '../../../../chassis/graphql/connection.ts'
import { byIds, pagesByParent } from '../../../../chassis/postgres/reads.ts'
import type { Item } from '../../domain/item.ts'
import { ItemRow } from './rows.ts'

/** Reads of one request: one query for each kind (for menus: for each page size and cursor), whatever the number of rows. */
export type Reads = {
  items: DataLoader<string, Item | null>
  /** A store's items on the menu, oldest first; `menu` reads those of all stores. */
  menuOf(storeId: string, page: PageArguments): Promise<Connection<Item>>
  /** `search` is a part of the name, in upper or lower case. */
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
      // There is no index for the search: pg_trgm does not support Korean under C.UTF-8, and most menus are short.
      const found = search ? { name: { $ilike: `%${search.replace(/[\\%_]/g, '\\$&')}%` } } : {}
      return pageById<Item>(em, ItemRow, { where: { withdrawn: false, ...ofStore, ...found }, page, order: 'asc' })
    },
  }
}
