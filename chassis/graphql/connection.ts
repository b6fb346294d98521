import type { EntityManager, EntitySchema } from '@mikro-orm/postgresql'
import { isId } from '../ids.ts'
import { badInput } from './list-arguments.ts'

/** A Relay connection with `nodes`, the API's form of every list. */
export type Connection<Node> = {
  edges: { cursor: string; node: Node }[]
  nodes: Node[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

export type PageArguments = { first?: number | null; after?: string | null }

const MAX_PAGE_SIZE = 100

/** The cursor of a row: its id in base64url, opaque to clients. */
export const cursorOf = (row: { id: string }): string => Buffer.from(row.id).toString('base64url')

/** Reads the page's size and start; throws a GraphQL error (BAD_USER_INPUT) that names the invalid argument. */
export function readPage({ first, after }: PageArguments): { limit: number; afterId: string | null } {
  const limit = readLimit(first)
  if (!after) return { limit, afterId: null }
  const afterId = Buffer.from(after, 'base64url').toString()
  if (!isId(afterId)) throw notOfThisList()
  return { limit, afterId }
}

function readLimit(first: number | null | undefined): number {
  const limit = first ?? 20
  if (limit < 0 || limit > MAX_PAGE_SIZE) throw badInput(`first: a page holds 0 to ${MAX_PAGE_SIZE}.`)
  return limit
}

const notOfThisList = () => badInput('after: this is not a cursor that came from this list.')

/** The page of `rows`, which must have one row more than `limit` if there is a next page. */
export function connectionOf<Node extends { id: string }>(
  rows: Node[],
  { limit, afterId }: ReturnType<typeof readPage>,
  cursorFor: (node: Node) => string = cursorOf,
): Connection<Node> {
  const nodes = rows.slice(0, limit)
  const edges = nodes.map((node) => ({ cursor: cursorFor(node), node }))
  const pageInfo = {
    hasNextPage: rows.length > limit,
    hasPreviousPage: afterId !== null,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  }
  return { edges, nodes, pageInfo }
}

/** One page of an entity's rows, sorted by id; as ids are UUIDv7, `desc` is newest first. `where` is a MikroORM filter. */
export async function pageById<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  query: { where: object; page: PageArguments; order: 'asc' | 'desc' },
): Promise<Connection<Row>> {
  const page = readPage(query.page)
  const start = page.afterId ? { id: { [query.order === 'asc' ? '$gt' : '$lt']: page.afterId } } : {}
  const rows = await em.find(
    entity,
    { $and: [query.where, start] },
    { orderBy: { id: query.order }, limit: page.limit + 1, disableIdentityMap: true },
  )
  // The entity's rows have the shape rows.ts defines from Row.
  return connectionOf(rows as Row[], page)
}

/** A row's place in a list by time: its time, if it has one, and its id. */
export type TimePlace = { time: Date | null; id: string }

/** The cursor of a row in a list by time. */
export const timeCursorOf = ({ time, id }: TimePlace): string =>
  Buffer.from(`${time?.getTime() ?? '-'} ${id}`).toString('base64url')

/** As `readPage`, of a list by time. */
export function readTimePage({ first, after }: PageArguments): { limit: number; after: TimePlace | null } {
  const limit = readLimit(first)
  if (!after) return { limit, after: null }
  const [, time, id = ''] = /^(\d{1,15}|-) (.*)$/.exec(Buffer.from(after, 'base64url').toString()) ?? []
  if (!isId(id)) throw notOfThisList()
  return { limit, after: { time: time === '-' ? null : new Date(Number(time)), id } }
}

/**
 * One page of the rows that any of the filters `anyOf` finds, sorted by the property `time`, earliest first, then by id; rows without
 * a time come last. The cursor holds both, so that rows that are added move none from one page to another. Each filter is read by
 * itself, so that each can use an index of its own.
 */
export async function pageByTime<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  { anyOf, time, page }: { anyOf: object[]; time: keyof Row & string; page: PageArguments },
): Promise<Connection<Row>> {
  const { limit, after } = readTimePage(page)
  const found = await Promise.all(
    anyOf.map((where) =>
      em.find(
        entity,
        { $and: [where, behind(after, time)] },
        { orderBy: { [time]: 'asc nulls last', id: 'asc' }, limit: limit + 1, disableIdentityMap: true },
      ),
    ),
  )
  // The entity's rows have the shape rows.ts defines from Row, whose property `time` is a time or null.
  const placeOf = (row: Row): TimePlace => ({ time: row[time] as Date | null, id: row.id })
  const byId = new Map((found.flat() as Row[]).map((row) => [row.id, row]))
  const rows = [...byId.values()].sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))
  return connectionOf(rows, { limit, afterId: after?.id ?? null }, (row) => timeCursorOf(placeOf(row)))
}

function behind(after: TimePlace | null, time: string): object {
  if (!after) return {}
  if (!after.time) return { [time]: null, id: { $gt: after.id } }
  return { $or: [{ [time]: { $gt: after.time } }, { [time]: after.time, id: { $gt: after.id } }, { [time]: null }] }
}

const comparePlaces = (a: TimePlace, b: TimePlace): number => {
  const [left, right] = [a.time?.getTime() ?? Infinity, b.time?.getTime() ?? Infinity]
  return left === right ? (a.id < b.id ? -1 : 1) : left - right
}
