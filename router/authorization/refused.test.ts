import { beforeEach, describe, expect, it } from '@jest/globals'
import { print, stripIgnoredCharacters } from 'graphql'
import { guarded } from '../testing/guarded.ts'
import { identities } from '../testing/guarded-expectations.ts'
import { executorInProcess } from '../testing/in-process.ts'
import { operationOf } from '../testing/operation.ts'
import { removeRefused } from './remove-refused.ts'
import { createRestrictedRights, createRights } from './rights.ts'

const { supergraph, query, execute, resolvedFields } = executorInProcess(guarded)
const parse = (source: string, name: string | null = null) => operationOf(supergraph.clientSchema, source, name)
const restrictedRights = createRestrictedRights(supergraph)
const none = null
const user = identities.user ?? null
beforeEach(() => {
  resolvedFields.length = 0
})

/** The answer as JSON, and "path: code" for each error. */
async function answerTo(...args: Parameters<typeof query>) {
  const { data, errors = [] } = await query(...args)
  return [JSON.stringify(data), errors.map(({ path, extensions }) => `${path?.join('.')}: ${extensions.code}`)]
}

describe('a refused field', () => {
  it('has an error with the unmet requirements and its path, and no more', async () => {
    const { errors } = await query('{ me { id } byRole byScope byAll users(first: 1) { pin } }', none)
    expect(errors?.map(({ message }) => message)).toEqual([
      'Query.me needs a signed-in user.',
      'Query.byRole needs a signed-in user; and the role A, or the roles B and C.',
      'Query.byScope needs a signed-in user; and the scopes x and y, or the scope z.',
      'Query.byAll needs a signed-in user and the scope x and the role A.',
      'User.pin needs a signed-in user and the role ADMIN.',
    ])
    const forUser = await query('{ byAll users(first: 1) { pin } }', { sub: 'u', roles: ['A'], scopes: [] })
    expect(forUser.errors?.map((error) => error.toJSON())).toEqual([
      {
        message: 'Query.byAll needs the scope x.',
        path: ['byAll'],
        extensions: { code: 'FORBIDDEN', coordinate: 'Query.byAll' },
      },
      {
        message: 'User.pin needs the role ADMIN.',
        path: ['users', 0, 'pin'],
        extensions: { code: 'FORBIDDEN', coordinate: 'User.pin' },
      },
    ])
  })

  it('is null under its response name, with an error for each object it is selected on', async () => {
    const source = `query ($yes: Boolean = true) {
      b: users { n: name mail: email ...F ... @include(if: $yes) { score } ... @skip(if: $yes) { pin } }
      open
      grid { id pin @skip(if: $yes) email @include(if: $yes) }
    } fragment F on User { friends { email id } }`
    expect(await answerTo(source, none)).toEqual([
      '{"b":[{"n":"Ann","mail":null,"friends":[{"email":null,"id":"u2"}],"score":null},{"n":null,"mail":null,"friends":[{"email":null,"id":"u1"}],"score":null}],"open":"yes","grid":[[{"id":"u1","email":null},{"id":"u2","email":null}],[null,{"id":"u2","email":null}],[]]}',
      [
        'b.0.mail: UNAUTHENTICATED',
        'b.0.friends.0.email: UNAUTHENTICATED',
        'b.0.score: UNAUTHENTICATED',
        'b.1.mail: UNAUTHENTICATED',
        'b.1.friends.0.email: UNAUTHENTICATED',
        'b.1.score: UNAUTHENTICATED',
        'grid.0.0.email: UNAUTHENTICATED',
        'grid.0.1.email: UNAUTHENTICATED',
        'grid.1.1.email: UNAUTHENTICATED',
      ],
    ])
  })

  it('is null on each of many objects, and the first errors are reported', async () => {
    const users = Array.from({ length: 20_000 }, () => ({ id: 'u1' }))
    const many = guarded.map(({ resolvers, ...definition }) => ({
      ...definition,
      resolvers: definition.name === 'people' ? { ...resolvers, Query: { users: () => users } } : resolvers,
    }))
    const answer = await executorInProcess(many).query('{ users { id email } }', none)
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify({ users: users.map(({ id }) => ({ id, email: null })) }))
    expect([answer.errors?.length, answer.errors?.[999]?.path]).toEqual([1_001, ['users', 999, 'email']])
    expect(answer.errors?.at(-1)?.extensions).toEqual({ code: 'MORE_ERRORS' })
  })

  it('nulls its nearest nullable parent if it is non-null; the error keeps the path of the field', async () => {
    expect(await answerTo('{ open owned { owner { id phone } } }', user)).toEqual([
      '{"open":"yes","owned":{"owner":null}}',
      ['owned.owner.phone: FORBIDDEN'],
    ])
    expect(await answerTo('{ open must }', none)).toEqual(['null', ['must: UNAUTHENTICATED']])
  })

  it('affects only objects of the types it is selected on', async () => {
    const source = '{ found { ... on Vault { label } ... on Note { note: label } ... on Book { label } } }'
    expect(await answerTo(source, user)).toEqual([
      '{"found":[{"label":"Emma"},null,{"note":null},{"label":"Emma"},{},null]}',
      ['found.1.label: FORBIDDEN', 'found.2.note: FORBIDDEN'],
    ])
    expect(resolvedFields).not.toContain('Vault.label')
    expect(resolvedFields).not.toContain('Note.label')
  })

  it('depends on the implementation where its interface is selected inside a fragment, with or without a condition', async () => {
    const answer = ['{"things":[{"label":"Emma"},{},{},{"label":"Emma"}]}', []]
    for (const condition of ['', '@include(if: $yes)', '@skip(if: $no)']) {
      const fragment = `fragment F on Thing { label }`
      const source = (inside: string) =>
        `query ($yes: Boolean = true, $no: Boolean = false) { things { ... on Book { ${inside} } } }`
      expect(await answerTo(source(`... on Thing ${condition} { label }`), none)).toEqual(answer)
      expect(await answerTo(`${source(`...F ${condition}`)} ${fragment}`, none)).toEqual(answer)
    }
  })

  it('takes precedence where an allowed field has the same response name', async () => {
    expect(await answerTo('{ owned { ... on Thing { owner { id } } ... on Book { owner { name } } } }', user)).toEqual([
      '{"owned":{"owner":null}}',
      ['owned.owner: FORBIDDEN'],
    ])
  })

  it('is still fetched if the plan needs it, but not answered', async () => {
    expect(await answerTo('{ product { name inStock } }', none)).toEqual([
      '{"product":{"name":"Soap","inStock":true}}',
      [],
    ])
    expect(resolvedFields).toContain('Product.id')
    // Current composition rejects a field with fewer requirements than the fields in its @requires.
    const older = executorInProcess(guarded, (sdl) => sdl.replace(/(requires: "email"\)) @authenticated/, '$1'))
    const { data } = await older.query('{ users(first: 1) { greeting email } }', none)
    expect(JSON.parse(JSON.stringify(data))).toEqual({ users: [{ greeting: 'Dear a@x', email: null }] })
  })
})

it('a refused field is not fetched below one that the planner dropped', async () => {
  const link = guarded[0]?.typeDefs.slice(0, guarded[0].typeDefs.indexOf('type ')) ?? ''
  const shared = 'type Chest @key(fields: "id") { id: ID!, things: [Thing!] @shareable } interface Thing { worth: Int }'
  const coin = 'type Coin implements Thing @shareable { worth: Int }'
  const letter = { __typename: 'Letter', seal: { text: 'wax', secret: 'key' } }
  const { query: ask, resolvedFields: resolved } = executorInProcess([
    {
      name: 'attic',
      typeDefs: `${link.replace('"@key",', '"@key", "@shareable",')} type Query { attic: Chest } ${shared} ${coin}
        type Letter implements Thing { worth: Int, seal: Seal } type Seal { text: String, secret: String @authenticated }`,
      resolvers: { Query: { attic: () => ({ id: 'c', things: [letter] }) } },
    },
    {
      name: 'cellar',
      typeDefs: `${link.replace('"@key",', '"@key", "@shareable",')} type Query { cellar: Chest } ${shared} ${coin}`,
      resolvers: {},
    },
  ])
  const { data, errors } = await ask('{ attic { things { ... on Letter { seal { text secret } } } } }', none)
  expect(JSON.stringify(data)).toBe('{"attic":{"things":[{"seal":{"text":"wax","secret":null}}]}}')
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['attic.things.0.seal.secret'])
  expect(resolved).toContain('Seal.text')
  expect(resolved).not.toContain('Seal.secret')
})

describe('an operation', () => {
  it('calls no subgraph if all its fields are refused', async () => {
    expect(await answerTo('{ me { id } vault { id } ...F } fragment F on Query { stamp }', none)).toEqual([
      '{"me":null,"vault":null,"stamp":null}',
      ['me: UNAUTHENTICATED', 'vault: UNAUTHENTICATED', 'stamp: UNAUTHENTICATED'],
    ])
    expect(await answerTo('mutation { wipe drop { bumps } }', none)).toEqual([
      'null',
      ['wipe: UNAUTHENTICATED', 'drop: UNAUTHENTICATED'],
    ])
    expect(resolvedFields).toEqual([])
  })

  it('answers introspection beside refused fields', async () => {
    expect(await answerTo('{ __typename me { id } __type(name: "Vault") { name } }', none)).toEqual([
      '{"__typename":"Query","me":null,"__type":{"name":"Vault"}}',
      ['me: UNAUTHENTICATED'],
    ])
    expect(resolvedFields).toEqual([])
  })

  it('that is a mutation runs its allowed fields in order', async () => {
    await query('mutation { wipe }', identities.admin ?? null)
    expect(await answerTo('mutation { one: bump wipe two: bump keep { secret bumps } }', none)).toEqual([
      '{"one":1,"wipe":null,"two":2,"keep":{"secret":null,"bumps":2}}',
      ['wipe: UNAUTHENTICATED', 'keep.secret: UNAUTHENTICATED'],
    ])
  })

  it('fails on an invalid variable even if only a refused field uses it', async () => {
    const source = 'query ($text: String!) { open byRole(text: $text) }'
    const { data, errors } = await query(source, none, { text: [1] })
    expect(data).toBeUndefined()
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })

  it('is refused for its own fields, not for those of other operations in the document', async () => {
    const run = (operationName: string) => {
      const operation = parse('query A { open } query B { open must2: must }', operationName)
      return execute({ operation, variables: {} }, { claims: none, headers: {} })
    }
    expect((await run('A')).errors).toBeUndefined()
    expect((await run('B')).errors?.map(({ path }) => path)).toEqual([['must2']])
  })

  it("keeps subgraphs' errors, except those at refused fields", async () => {
    const fail = () => {
      throw new Error('Broken.')
    }
    const broken = guarded.map(({ resolvers, ...definition }) => ({
      ...definition,
      resolvers: definition.name === 'people' ? { ...resolvers, Book: { owner: fail, label: fail } } : resolvers,
    }))
    const { errors } = await executorInProcess(broken).query(
      '{ owned { ... on Thing { owner { id } } ... on Book { owner { name } label } } }',
      none,
    )
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['Thing.owner needs a signed-in user and the role ADMIN.', ['owned', 'owner']],
      ['Broken.', ['owned', 'label']],
    ])
  })
})

describe('a restricted operation', () => {
  const remainingOf = (source: string, name: string | null = null) => {
    const operation = parse(source, name)
    const rights = restrictedRights(operation, none)
    return rights && print(removeRefused(supergraph.clientSchema, operation, rights).remaining)
  }

  it('has no refused fields, and declares all variables', () => {
    const source = `query Q($a: String, $b: Boolean!, $c: Int) {
      byRole(text: $a) things { ...T ...B @include(if: $b) } users(first: $c) { email }
    } fragment T on Thing { ...I } fragment I on Thing { id } fragment B on Book { owner { email name } }`
    const left = remainingOf(source, 'Q')
    expect(left && stripIgnoredCharacters(left)).toBe(
      'query Q($a:String$b:Boolean!$c:Int){things{...on Book@include(if:$b){owner{name}}}users(first:$c)}',
    )
  })

  it('has the types of its objects, whatever the client calls its fields', async () => {
    const source = '{ found { ... on Book { __typename: label typename_1: pages } ... on Vault { code } } }'
    const { data } = await query(source, none)
    expect(JSON.stringify(data)).toBe(
      '{"found":[{"__typename":"Emma","typename_1":3},{"code":null},{},{"__typename":"Emma","typename_1":3},{},null]}',
    )
  })

  it('has one plan for all callers with the same rights', () => {
    const rightsOf = createRights(supergraph.requirements)
    const forOne = rightsOf({ sub: 'one', roles: ['D'], scopes: [] })
    expect(rightsOf({ sub: 'two', roles: [], scopes: ['q'] })).toBe(forOne)
    expect(rightsOf({ sub: 'two', roles: ['A'], scopes: [] }).key).not.toBe(forOne.key)
    expect(rightsOf(none).key).not.toBe(forOne.key)
  })

  it('is the original if nothing is guarded or everything is allowed', () => {
    expect(restrictedRights(parse('{ open users { name } }'), none)).toBeNull()
    expect(restrictedRights(parse('{ me { id } }'), user)).toBeNull()
  })

  it('is computed quickly if fragments spread each other many times', async () => {
    const fragments = Array.from({ length: 40 }, (_, i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)
    const source = `{ users { ...F0 } } ${fragments.join(' ')} fragment F40 on User { email }`
    expect(remainingOf(source)).toBe('{\n  users\n}')
    expect((await query(source, none)).errors).toHaveLength(2)
  })
})

it('a field of an @interfaceObject is guarded on every implementation, even if composition did not copy the directive', async () => {
  const older = executorInProcess(guarded, (sdl) =>
    sdl.replace(/(stars: Int) @authenticated @join__field\n/g, '$1 @join__field\n'),
  )
  expect(older.supergraph.sdl).not.toBe(supergraph.sdl)
  const { errors } = await older.query('{ media { ... on Film { stars } } }', none)
  expect(errors?.map(({ extensions }) => extensions.coordinate)).toEqual(['Film.stars'])
})

it('a field of an interface has the requirements of its implementations, even if composition did not copy them', async () => {
  const older = executorInProcess(guarded, (sdl) =>
    sdl.replace(/interface Thing[^}]+}/, (type) => type.replaceAll(/@(policy|scopes)\([^)]*\)/g, '')),
  )
  expect(older.supergraph.sdl).not.toBe(supergraph.sdl)
  const { errors } = await older.query('{ things { label owner { id } } }', user)
  expect(errors?.slice(0, 2).map(({ message }) => message)).toEqual([
    'Thing.label needs the scope notes and the role ADMIN.',
    'Thing.owner needs the role ADMIN.',
  ])
})

it('callers with and without a token have different keys, even if no field requires only a token', () => {
  const toldTo = createRights({ all: [{ kind: 'roles', anyOf: [['A']] }], byCoordinate: new Map([['Query.a', [0]]]) })
  const codes = [none, user].map((claims) => toldTo(claims).refusal('Query.a').code)
  expect(codes).toEqual(['UNAUTHENTICATED', 'FORBIDDEN'])
})
