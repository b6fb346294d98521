import { describe, expect, it } from '@jest/globals'
import { library } from '../testing/library.ts'
import { compose } from '../testing/router.ts'
import { loadSupergraph, UnusableSupergraph } from './load.ts'

const urls = library.map(({ name, typeDefs }) => ({ name, typeDefs, url: `http://${name}:80/graphql` }))
const sdl = compose(urls)
const withDirectives = (imports: string, types: string, more = '') =>
  compose([
    {
      name: 'a',
      url: 'http://a/graphql',
      typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: [${imports}]) ${more} ${types}`,
    },
  ])

describe('a supergraph', () => {
  it('lists its subgraphs by the names they were composed under', () => {
    const { subgraphs } = loadSupergraph(sdl)
    expect([...subgraphs].map(([name, url]) => [name, url.href])).toEqual(
      ['catalog', 'my-reviews', 'stock'].map((name) => [name, `http://${name}/graphql`]),
    )
  })

  it("can have its subgraphs' addresses overridden", () => {
    const { subgraphs } = loadSupergraph(sdl, new Map([['my-reviews', 'http://127.0.0.1:9/other']]))
    expect(subgraphs.get('my-reviews')?.href).toBe('http://127.0.0.1:9/other')
    expect(subgraphs.get('stock')?.href).toBe('http://stock/graphql')
  })

  it('may use directives that only inform, also unknown composed ones', () => {
    const composed = withDirectives(
      '"@composeDirective", "@tag"',
      'directive @live(subjects: [String!]!) on FIELD_DEFINITION type Query { a: Int @live(subjects: ["a"]) @tag(name: "x") }',
      '@link(url: "https://example.com/live/v1.0", import: ["@live"]) @composeDirective(name: "@live")',
    )
    expect(composed).toContain('@live(subjects')
    expect(loadSupergraph(composed).clientSchema.getQueryType()?.getFields()).toHaveProperty('a')
  })

  const cached = compose([
    {
      name: 'a',
      url: 'http://a/graphql',
      typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@cacheTag"])
        type Query { a: A @cacheTag(format: "a") } type A @key(fields: "id") @cacheTag(format: "a-{$key.id}") { id: ID! }`,
    },
  ])

  it('may use what only advises caches, although it is linked for EXECUTION', () => {
    expect(cached).toContain('cacheTag/v0.1", for: EXECUTION')
    expect(loadSupergraph(cached).clientSchema.getQueryType()?.getFields()).toHaveProperty('a')
  })

  it.each([
    ['for SECURITY', cached.replace('cacheTag/v0.1", for: EXECUTION', 'cacheTag/v0.1", for: SECURITY')],
    ['of a later version', cached.replace('cacheTag/v0.1', 'cacheTag/v0.2')],
    ['of an unknown feature', cached.replace('specs.apollo.dev/cacheTag', 'specs.example/cacheTag')],
  ])('is refused with advice %s', (_, changed) => {
    expect(changed).not.toBe(cached)
    expect(() => loadSupergraph(changed)).toThrow(UnusableSupergraph)
  })

  it.each([
    ['@authenticated', withDirectives('"@authenticated"', 'type Query { a: Int @authenticated }')],
    ['@requiresScopes', withDirectives('"@requiresScopes"', 'type Query { a: Int @requiresScopes(scopes: [["a"]]) }')],
    ['@policy', withDirectives('"@policy"', 'type Query { a: Int @policy(policies: [["role:A"]]) }')],
  ])('may guard a field by %s', (_, composed) => {
    expect([...loadSupergraph(composed).requirements.byCoordinate.keys()]).toEqual(['Query.a'])
  })

  it.each([
    [
      'a policy that the router cannot check',
      withDirectives('"@policy"', 'type Query { a: Int @policy(policies: [["role:A", "paid"], ["role:"]]) }'),
      /@policy on Query.a: "paid" is no policy.*; @policy on Query.a: "role:" is no policy/,
    ],
    [
      'a list of scopes that no caller can meet',
      withDirectives('"@requiresScopes"', 'type Query { a: Int } scalar S @requiresScopes(scopes: [])'),
      /@requiresScopes on S has an empty list/,
    ],
    [
      'an unknown version of authorization',
      withDirectives('"@authenticated"', 'type Query { a: Int @authenticated }').replace('ated/v0.1', 'ated/v0.2'),
      /does not implement yet.*: @authenticated .*v0.2/,
    ],
    [
      'an unknown version of @context',
      withDirectives(
        '"@key", "@context", "@fromContext"',
        `type Query { a: A } type A @key(fields: "id") @context(name: "c") { id: ID! p: Int! b: B }
         type B @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int }`,
      ).replace('context/v0.1', 'context/v0.2'),
      /unsupported context spec version v0.2/,
    ],
  ])('is refused with %s, which would not be enforced', (_, composed, reason) => {
    expect(() => loadSupergraph(composed)).toThrow(UnusableSupergraph)
    expect(() => loadSupergraph(composed)).toThrow(reason)
  })

  it.each([
    ['no GraphQL', 'hello', /not a supergraph/],
    ['a plain schema', 'type Query { a: Int }', /not a supergraph/],
    ['a subgraph without an address', sdl.replaceAll('http://stock:80/graphql', ''), /No http\(s\) address for: stock/],
  ])('is refused when it is %s', (_, text, reason) => {
    expect(() => loadSupergraph(text)).toThrow(UnusableSupergraph)
    expect(() => loadSupergraph(text)).toThrow(reason)
  })

  it('is refused if the settings name a subgraph it does not have', () => {
    expect(() => loadSupergraph(sdl, new Map([['shop', 'http://a']]))).toThrow(/no subgraph.*shop.*catalog, my-reviews/)
  })
})
