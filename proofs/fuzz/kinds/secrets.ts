import { GraphQLError } from 'graphql'
import { cursorOf, readPage } from '../../../chassis/graphql/connection.ts'
import type { Json } from '../json.ts'
import { type Kind, serverErrorOf } from '../kind.ts'
import { oddJson, oddString, oddValue } from '../odd.ts'
import { ID, PERSON, SUBSCRIPTIONS } from '../seeds.ts'
import { runOperation } from './documents.ts'

const CREATED = '2026-01-01T00:00:00Z'

/** A client's cursor, of a feed (`live`) or of a list. `forged` is the sequence in a cursor with a valid signature. */
type Cursor = { live: boolean; forged: Json; after: Json; first: number }

export const cursors: Kind<Cursor> = {
  name: 'cursors',
  share: 4,
  create: (random) => {
    const sequence = random.pick([null, 0, 1, 3, -1, 1e15, 0.5])
    const good = cursorOf({ id: ID })
    const after: Json = random.chance(0.3) ? oddValue(random) : random.chance(0.3) ? null : oddString(random, good)
    return { live: random.chance(0.6), forged: sequence, after, first: random.pick([-1, 0, 1, 100, 101, 1e9]) }
  },
  run: async ({ live, forged, after, first }, lab) => {
    if (!live) return typeof after === 'string' || after === null ? readListPage(first, after) : null
    const { query, variables } = SUBSCRIPTIONS['my-page'] ?? { query: '', variables: {} }
    const own = lab.cursors(PERSON, [`live.my-page.${PERSON}.*`])
    const sequence = typeof forged === 'number' ? forged : null
    const cursor = after === null ? own.write({ created: CREATED, sequence }) : after
    return runOperation({ query, variables: { ...variables, after: cursor }, way: 'ws' }, lab)
  },
}

/** An invalid cursor must be reported to the client as a GraphQL error. */
function readListPage(first: number, after: string | null): string | null {
  try {
    readPage({ first, after })
    return null
  } catch (error) {
    return error instanceof GraphQLError && error.extensions.code === 'BAD_USER_INPUT' ? null : `thrown: ${error}`
  }
}

/** The parts of a token. `by` is the index of the key that signs it, or null; `cut` is appended to it. */
type Token = { header: string; payload: string; by: number | null; scheme: string; cut: string }

export const tokens: Kind<Token> = {
  name: 'tokens',
  share: 8,
  create: (random) => {
    const more: Json = { kid: 'a', crit: [], b64: true, jku: 'http://x', zip: 'DEF', cty: 'JWT', enc: 'A128GCM' }
    const good: Json = { alg: 'ES256', typ: 'at+jwt' }
    const header = random.chance(0.5) ? good : oddJson(random, random.chance(0.5) ? good : { ...good, ...more }, 1)
    const claims: Json = {
      iss: 'https://issuer.example',
      sub: PERSON,
      roles: ['RIDER'],
      scope: 'a',
      exp: 4e9,
      ...{ nbf: 1, iat: 1_700_000_000, aud: 'a', client_id: 'reports' },
      ...(random.chance(0.1) && { cnf: { jkt: 'a' } }),
    }
    const texts = [header, oddJson(random, claims, random.below(3))].map((part) => JSON.stringify(part))
    const [first = '', second = ''] = texts.map((text) => (random.chance(0.1) ? oddString(random, text) : text))
    const scheme = random.chance(0.95) ? 'Bearer ' : random.pick(['', 'bearer  ', 'Bearer', 'Basic ', 'Bearer\t'])
    const cut = random.chance(0.9) ? '' : random.pick(['.', '..', '=', 'x'.repeat(9_000), '\u00e9', ' ', ', Bearer x'])
    return { header: first, payload: second, by: random.pick([0, 1, 1, 0, null]), scheme, cut }
  },
  run: async ({ header, payload, by, scheme, cut }, lab) => {
    const token = lab.issuer.signed(header, payload, by ?? 0)
    const unsigned = by === null ? token.slice(0, -8) : token
    const authorization = `${scheme}${unsigned}${cut}`
    return serverErrorOf(await lab.http.post('{"query":"{ __typename }"}', { authorization }))
  },
}
