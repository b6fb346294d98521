import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CodegenConfig, generate } from '@graphql-codegen/cli'
import { diff, validate } from '@graphql-inspector/core'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  isIntrospectionType,
  isScalarType,
  printSchema,
  Source,
} from 'graphql'
import { pino } from 'pino'
import { routerConfig } from '../../router/config.ts'
import { startRouter } from '../../router/router.ts'

// An app developer's use of common tools with only the router's URL. No subgraph runs, because introspection needs none.
// Other tools have files of their own: gql-tada.test.ts, graphcache.test.ts, graphql-eslint.test.ts.
const ROOT = new URL('../../', import.meta.url)
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const supergraph = fileURLToPath(new URL('schema/supergraph.graphql', ROOT))
const firstQuery = textOf('scripts/first-query.graphql')
/** The operations that README's commands send. */
const readme = [...textOf('README.md').matchAll(/"query": ?("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) =>
  String(JSON.parse(text)),
)

const api = buildSchema(textOf('schema/api.graphql'))
let router: Awaited<ReturnType<typeof startRouter>>
let url: string
beforeAll(async () => {
  const config = routerConfig(['--supergraph', supergraph, '--port', '0'], {})
  router = await startRouter(textOf('schema/supergraph.graphql'), config, pino({ level: 'silent' }))
  url = `http://127.0.0.1:${router.port}/graphql`
})
afterAll(() => router.close())

const EVERYTHING = { schemaDescription: true, specifiedByUrl: true, inputValueDeprecation: true }
async function introspect() {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery(EVERYTHING) }),
  })
  // The result of an introspection query has this type.
  const { data } = (await response.json()) as { data: IntrospectionQuery }
  // From text, because graphql-inspector compares directives by what was parsed.
  return buildSchema(printSchema(buildClientSchema(data)))
}

describe('graphql-inspector', () => {
  it('finds no difference between schema/api.graphql and the router’s introspection', async () => {
    const introspected = await introspect()
    expect(await diff(api, introspected)).toEqual([])
    expect(introspected.description).toBe(api.description)
  })

  it('finds a difference where there is one', async () => {
    const other = buildSchema(
      textOf('schema/api.graphql').replace(/^ {2}withdrawn: Boolean!$/m, '  withdrawn: Boolean'),
    )
    expect(await diff(other, await introspect())).toMatchObject([{ path: 'Item.withdrawn' }])
  })

  it('accepts GraphiQL’s first query and every operation of the README', async () => {
    expect(readme.length).toBeGreaterThanOrEqual(4)
    const documents = [firstQuery, ...readme].map((text) => new Source(text))
    expect(validate(await introspect(), documents)).toEqual([])
    expect(validate(await introspect(), [new Source('{ items { nodes { cost } } }')])).toHaveLength(1)
  })
})

type GeneratedFile = { filename: string; content: string }

describe('graphql-codegen', () => {
  it('generates types for the whole API and for a client’s operations', async () => {
    const config = {
      scalars: { DateTime: 'string', Date: 'string', LocalTime: 'string', Cursor: 'string', LiveCursor: 'string' },
      strictScalars: true,
    }
    const generates: CodegenConfig['generates'] = {
      'client/': { preset: 'client', config },
      'all.ts': { plugins: ['typescript'], config },
    }
    // The result of `generate` if it writes no files. It is declared as any.
    const generated: GeneratedFile[] = await generate(
      { schema: url, documents: [firstQuery], generates, silent: true },
      false,
    )
    const files = Object.fromEntries(generated.map(({ filename, content }) => [filename, content]))
    expect(files['client/graphql.ts']).toContain(
      'export type MenuQuery = { items: { nodes: Array<{ id: string, name: string, available: number | null, ' +
        'price: { amount: number, currency: string }, store: { id: string, name: string } | null }> } | null };',
    )
    expect(files['client/graphql.ts']).toMatch(/DocumentNode<WatchSubscription, WatchSubscriptionVariables>/)
    const types = Object.values(api.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isScalarType(type))
    for (const { name } of types) expect(files['all.ts']).toMatch(new RegExp(`export (type|enum) ${name}\\b`))
  })

  it('refuses an operation that selects what is not there', async () => {
    const silent = jest.spyOn(console, 'error').mockImplementation(() => {})
    const documents = ['query Faulty { items { nodes { cost } } }']
    const generating = generate({ schema: url, documents, generates: { 'client/': { preset: 'client' } } }, false)
    await expect(generating).rejects.toThrow('Cannot query field "cost"')
    silent.mockRestore()
  })
})
