import { createHash } from 'node:crypto'
import type { GraphQLError } from 'graphql'
import { fairCache } from '../../chassis/fair-cache.ts'
import { code, refused } from '../errors.ts'
import { isObject } from '../executor/selection/json.ts'

/**
 * Returns the text of an operation: the one in the request, or the one that an earlier request sent with this hash. `client` is
 * the user or address that the request counts against.
 */
export type Persisted = (
  query: unknown,
  extensions: unknown,
  client: string,
) => { query: unknown } | { errors: GraphQLError[] }

/** Together with the length of the texts, this is shared fairly by the clients that sent them. */
const MAX_ENTRIES = 1_000
/** Characters. */
const MAX_TEXT = 1_000_000

/**
 * Automatic persisted queries, as Apollo's clients use them: `extensions.persistedQuery` is `{ version: 1, sha256Hash }`.
 * Without `query`, the text with this hash is used, or the error is PERSISTED_QUERY_NOT_FOUND. With `query`, the text is
 * kept if its hash is correct.
 */
export function createPersisted(): Persisted {
  const texts = fairCache<string>(MAX_ENTRIES, { maxWeight: MAX_TEXT, weightOf: (_, { length }) => length })

  return (query, extensions, client) => {
    const parameters = isObject(extensions) ? extensions.persistedQuery : undefined
    if (parameters === undefined || parameters === null) return { query }
    const { version, sha256Hash: hash } = isObject(parameters) ? parameters : {}
    if (version !== 1 || typeof hash !== 'string') {
      return refused('`extensions.persistedQuery` must be { version: 1, sha256Hash }.', code.badRequest)
    }
    if (query === undefined || query === null || query === '') {
      const known = texts.get(hash)
      return known === undefined ? refused('PersistedQueryNotFound', code.persistedQueryNotFound) : { query: known }
    }
    if (typeof query !== 'string') return { query }
    if (createHash('sha256').update(query).digest('hex') !== hash) {
      return refused('`sha256Hash` is not the hash of `query`.', code.persistedQueryMismatch)
    }
    texts.set(hash, query, client)
    return { query }
  }
}
