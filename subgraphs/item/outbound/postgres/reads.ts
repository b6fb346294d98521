import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import {
  type Connection,
  connectionOf,
  type PageArguments,
  pageById,
  type readPage,
} from '../../../../chassis/graphql/connection.ts'
import { isId } from '../../../../chassis/ids.ts'
import { byIds } from '../../../../chassis/postgres/reads.ts'
import type { Item } from '../../domain/item.ts'
import { ItemRow } from './rows.ts'

type Page = ReturnType<typeof readPage>

/** One page of one store's menu. */
export type StorePage = { storeId: string; page: Page }

/** Reads for one request: one query per kind (of menus: per size and place of page), however many are asked for. */
export type Reads = {
  items: DataLoader<string, Item | null>
  /** Without what is withdrawn, oldest first; so is `menu`. */
  menus: DataLoader<StorePage, Connection<Item>, string>
  /** `search` is part of a name, in either case. */
  menu(filter: { storeId?: string | null; search?: string | null }, page: PageArguments): Promise<Connection<Item>>
}

export const readsOf = (orm: MikroORM): Reads => {
  const em = orm.em.fork()
  return {
    items: new DataLoader((ids) => byIds<Item>(em, ItemRow, ids)),
    menus: new DataLoader((asked) => menusOf(em, asked), {
      cacheKeyFn: ({ storeId, page }) => `${storeId} ${pageKey(page)}`,
    }),
    menu: ({ storeId, search }, page) => {
      const ofStore = storeId ? { storeId } : {}
      // No index for this: pg_trgm knows no Korean under C.UTF-8, and few menus are longer than a page of memory.
      const found = search ? { name: { $ilike: `%${search.replace(/[\\%_]/g, '\\$&')}%` } } : {}
      return pageById<Item>(em, ItemRow, { where: { withdrawn: false, ...ofStore, ...found }, page, order: 'asc' })
    },
  }
}

const pageKey = ({ limit, afterId }: Page) => `${limit} ${afterId}`

async function menusOf(em: EntityManager, asked: readonly StorePage[]): Promise<Connection<Item>[]> {
  const menus = new Map<StorePage, Connection<Item>>()
  for (const samePage of Map.groupBy(asked, ({ page }) => pageKey(page)).values()) {
    const rows = await menuRows(em, samePage)
    for (const one of samePage) menus.set(one, connectionOf(rows.get(one.storeId.toLowerCase()) ?? [], one.page))
  }
  return asked.map((one) => menus.get(one) ?? connectionOf<Item>([], one.page))
}

/** The same page of several stores, one row more than it holds, by store: one query, however long the menus are. */
async function menuRows(em: EntityManager, asked: StorePage[]): Promise<Map<string, Item[]>> {
  const [first] = asked
  const storeIds = asked.map(({ storeId }) => storeId).filter(isId)
  if (!first || !storeIds.length) return new Map()
  const { limit, afterId } = first.page
  const rows = await em.execute<Item[]>(
    `select item.* from unnest(?::uuid[]) as asked (store_id) cross join lateral (
       select id, store_id as "storeId", name, price, available, withdrawn, item_version as "itemVersion" from item
       where item.store_id = asked.store_id and not withdrawn and (?::uuid is null or id > ?::uuid)
       order by id limit ?
     ) as item order by item.id`,
    [`{${storeIds}}`, afterId, afterId, limit + 1],
  )
  return Map.groupBy(rows, (item) => item.storeId)
}
