import { createHash } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { leastRecentlyUsed } from '../least-recently-used.ts'

/** The text of the operation that is meant: sent along, or known by its hash from an earlier request. */
export type Persisted = (query: unknown, extensions: unknown) => { query: unknown } | { error: GraphQLError }

const KEPT = 1_000
/** Characters. */
const TEXT_KEPT = 1_000_000

/**
 * Automatic persisted queries, as Apollo's clients use them: `extensions.persistedQuery` is `{ version: 1, sha256Hash }`.
 * Without `query` it asks for the text sent under that hash before (PERSISTED_QUERY_NOT_FOUND: send it once); with it,
 * the text is kept if its hash is right.
 */
export function createPersisted(): Persisted {
  const texts = leastRecentlyUsed<string>(KEPT, { heaviest: TEXT_KEPT, weigh: (_, { length }) => length })

  return (query, extensions) => {
    const wish = isObject(extensions) ? extensions.persistedQuery : undefined
    if (wish === undefined || wish === null) return { query }
    const { version, sha256Hash: hash } = isObject(wish) ? wish : {}
    if (version !== 1 || typeof hash !== 'string') {
      return refused('`extensions.persistedQuery` must be { version: 1, sha256Hash }.', 'BAD_REQUEST')
    }
    if (query === undefined || query === null || query === '') {
      const known = texts.get(hash)
      return known === undefined ? refused('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND') : { query: known }
    }
    if (typeof query !== 'string') return { query }
    if (createHash('sha256').update(query).digest('hex') !== hash) {
      return refused('`sha256Hash` is not the hash of `query`.', 'PERSISTED_QUERY_HASH_MISMATCH')
    }
    texts.set(hash, query)
    return { query }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const refused = (message: string, code: string) => ({ error: new GraphQLError(message, { extensions: { code } }) })
