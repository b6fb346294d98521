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
  const limit = first ?? 20
  if (limit < 0 || limit > MAX_PAGE_SIZE) throw badInput(`first: a page holds 0 to ${MAX_PAGE_SIZE}.`)
  if (!after) return { limit, afterId: null }
  const afterId = Buffer.from(after, 'base64url').toString()
  if (!isId(afterId)) throw badInput('after: this is not a cursor that came from this list.')
  return { limit, afterId }
}

/** The page of `rows`, which must have one row more than `limit` if there is a next page. */
export function connectionOf<Node extends { id: string }>(
  rows: Node[],
  { limit, afterId }: ReturnType<typeof readPage>,
): Connection<Node> {
  const nodes = rows.slice(0, limit)
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }))
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
