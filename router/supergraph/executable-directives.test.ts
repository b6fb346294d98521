import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startTestRouter } from '../testing/router.ts'

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@composeDirective"])
  @link(url: "https://example.com/tracing/v1.0", import: ["@traced"])
  @composeDirective(name: "@traced")
  enum Depth { SHALLOW DEEP }`

describe('a directive for operations that subgraphs composed', () => {
  let router: Awaited<ReturnType<typeof startTestRouter>>
  beforeAll(async () => {
    router = await startTestRouter([
      {
        name: 'left',
        typeDefs: `${link} directive @traced(depth: Depth!) on FIELD | FIELD_DEFINITION type Query { left: String }`,
        resolvers: { Query: { left: () => 'l' } },
      },
      {
        name: 'right',
        typeDefs: `${link} directive @traced(depth: Depth! = DEEP) on FIELD | FIELD_DEFINITION type Query { right: String }`,
        resolvers: { Query: { right: () => 'r' } },
      },
    ])
  })
  afterAll(() => router.close())

  it('may be used by clients, though the subgraphs declare it differently', async () => {
    const data = { left: 'l', right: 'r' }
    expect(await router.query('{ left @traced right @traced(depth: SHALLOW) }')).toEqual({ data })
    const [{ body } = { body: '' }] = router.subgraph('left').requests
    expect(body).not.toContain('traced')
  })

  it.each(['{ left @traced(depth: NONE) }', 'query @traced { left }', '{ left @join__field }'])(
    'may be used as it is defined only: %s',
    async (source) => {
      const { errors } = await router.query(source)
      expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED')
    },
  )

  it('is in introspection with its executable locations', async () => {
    const { data } = await router.query('{ __schema { directives { name locations } } }')
    const schema = data?.__schema as { directives: { name: string; locations: string[] }[] } // the shape that the query selects
    expect(schema.directives.find(({ name }) => name === 'traced')?.locations).toEqual(['FIELD'])
    expect(schema.directives.filter(({ name }) => name.includes('__') || name === 'link')).toEqual([])
  })
})
