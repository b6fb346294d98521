import { type EntityManager, type EntitySchema, raw } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, connectionOf, type readPage } from '../graphql/connection.ts'
import { isId } from '../ids.ts'
import { LiveOutboxRow } from './rows.ts'

/** The rows of these ids, in the order of `ids`, null for a missing one; one query (for a DataLoader). */
export async function byIds<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  ids: readonly string[],
): Promise<(Row | null)[]> {
  // One array, since thousands of parameters of their own take PostgreSQL and the driver several times as long.
  const among = raw('id = any(?::uuid[])', [`{${ids.filter(isId)}}`])
  const found = await em.find(entity, { [among]: [] }, { disableIdentityMap: true })
  // The entity's rows have the shape rows.ts defines from Row.
  const byId = new Map((found as unknown as Row[]).map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id.toLowerCase()) ?? null)
}

/** One page of a parent's rows; `where` narrows them (SQL of one form for the same kind of condition). */
export type PageOfParent = {
  parentId: string
  page: ReturnType<typeof readPage>
  where: { sql: string; values: readonly unknown[] }
}

/**
 * Loads pages of the rows that belong to several parents: one query for all the parents whose rows are narrowed and paged
 * alike, however many there are. `parent` is the row's property with the parent's id. Sorted by id, as `pageById` does.
 */
export function pagesByParent<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  { parent, order }: { parent: keyof Row & string; order: 'asc' | 'desc' },
): DataLoader<PageOfParent, Connection<Row>, string> {
  const { tableName, properties } = em.getMetadata(entity)
  const column = properties[parent]?.fieldNames[0]
  const after = order === 'asc' ? '>' : '<'
  const alike = ({ page, where }: PageOfParent) => JSON.stringify([page, where])

  /** The rows of one page of each parent, and one more where there is a next page. */
  const rowsOf = async ([first, ...others]: PageOfParent[]) => {
    const parents = [first, ...others].flatMap((asked) => (asked && isId(asked.parentId) ? [asked.parentId] : []))
    if (!first || !parents.length) return []
    const { limit, afterId } = first.page
    const onPage = raw(
      `id in (select paged.id from unnest(?::uuid[]) as parent (id) cross join lateral (
         select id from ${tableName} where ${column} = parent.id and (${first.where.sql})
         and (?::uuid is null or id ${after} ?::uuid) order by id ${order} limit ?) as paged)`,
      [`{${parents}}`, ...first.where.values, afterId, afterId, limit + 1],
    )
    const rows = await em.find(entity, { [onPage]: [] }, { orderBy: { id: order }, disableIdentityMap: true })
    // The entity's rows have the shape rows.ts defines from Row.
    return rows as unknown as Row[]
  }

  return new DataLoader(
    async (asked) => {
      const pages = new Map<PageOfParent, Connection<Row>>()
      for (const together of Map.groupBy(asked, alike).values()) {
        const byParent = Map.groupBy(await rowsOf(together), (row) => String(row[parent]))
        for (const one of together)
          pages.set(one, connectionOf(byParent.get(one.parentId.toLowerCase()) ?? [], one.page))
      }
      return asked.map((one) => pages.get(one) ?? connectionOf<Row>([], one.page))
    },
    { cacheKeyFn: (asked) => `${asked.parentId} ${alike(asked)}` },
  )
}

/**
 * The rows for a page of a snapshot (nats/snapshots.ts). Among the audience's rows (`audience`: ids by column): the one
 * with `id`, or the open ones after `after`, sorted by id. Returns none if a value does not have the form of an id.
 */
export async function snapshotRows<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  { audience, open, id }: { audience: { [column: string]: string }; open: object; id: string | null },
  { after, limit }: { after: string | null; limit: number },
): Promise<Row[]> {
  const ids = [...Object.values(audience), ...(id === null ? [] : [id]), ...(after === null ? [] : [after])]
  if (!ids.every(isId)) return []
  const which = id === null ? [open, after === null ? {} : { id: { $gt: after } }] : [{ id }]
  const rows = await em.find(
    entity,
    { $and: [audience, ...which] },
    { orderBy: { id: 'asc' }, limit, disableIdentityMap: true },
  )
  // The entity's rows have the shape rows.ts defines from Row.
  return rows as unknown as Row[]
}

/** The subjects among these with a message that is still in the outbox, so that LIVE may not have it yet. */
export async function subjectsInFlight(em: EntityManager, subjects: string[]): Promise<Set<string>> {
  const rows = await em.find(LiveOutboxRow, { subject: { $in: subjects } }, { disableIdentityMap: true })
  return new Set(rows.map(({ subject }) => subject))
}

/** SQL for the number of rows, at most `most`, so that it never takes long. `rows`: what stands behind `from`. */
export const countSql = (rows: string, most: number): string =>
  `(select count(*)::int from (select from ${rows} limit ${most}) as counted)`

/** No more rows are counted by `countUpTo`. */
const MOST_COUNTED = 1_000

/** The number of rows, up to 1,000. `rows`: what stands behind `from`. */
export async function countUpTo(em: EntityManager, rows: string, values: unknown[]): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(`select ${countSql(rows, MOST_COUNTED)} as count`, values)
  return row?.count ?? 0
}
