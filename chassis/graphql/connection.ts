import type { EntityManager, EntitySchema } from '@mikro-orm/postgresql'
import { GraphQLError } from 'graphql'
import { isId } from '../ids.ts'

/** A Relay connection (with `nodes`), as the API shows every list. */
export type Connection<Node> = {
  edges: { cursor: string; node: Node }[]
  nodes: Node[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

export type PageArguments = { first?: number | null; after?: string | null }

const MOST = 100

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

/** The cursor of a row; opaque to clients, the row's id to us. */
export const cursorOf = (row: { id: string }): string => Buffer.from(row.id).toString('base64url')

/** How many rows, and behind which id; throws a GraphQL error (BAD_USER_INPUT) naming the argument that is wrong. */
export function readPage({ first, after }: PageArguments): { limit: number; afterId: string | null } {
  const limit = first ?? 20
  if (limit < 0 || limit > MOST) throw badInput(`first: a page holds 0 to ${MOST}.`)
  if (!after) return { limit, afterId: null }
  const afterId = Buffer.from(after, 'base64url').toString()
  if (!isId(afterId)) throw badInput('after: this is not a cursor that came from this list.')
  return { limit, afterId }
}

/** The page that `rows` (one more than asked for, if there are more) make. */
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

/** One page of an entity's rows by id: `desc` is newest first, ids being UUIDv7. `where` is MikroORM's filter. */
export async function pageById<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  query: { where: object; page: PageArguments; order: 'asc' | 'desc' },
): Promise<Connection<Row>> {
  const page = readPage(query.page)
  const behind = page.afterId ? { id: { [query.order === 'asc' ? '$gt' : '$lt']: page.afterId } } : {}
  const rows = await em.find(
    entity,
    { $and: [query.where, behind] },
    { orderBy: { id: query.order }, limit: page.limit + 1, disableIdentityMap: true },
  )
  // The entity's rows have the shape rows.ts defines from Row.
  return connectionOf(rows as Row[], page)
}
