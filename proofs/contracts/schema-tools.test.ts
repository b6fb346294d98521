import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CodegenConfig, generate } from '@graphql-codegen/cli'
import { diff, validate } from '@graphql-inspector/core'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  isIntrospectionType,
  isScalarType,
  Source,
} from 'graphql'
import { pino } from 'pino'
import { routerConfig } from '../../router/config.ts'
import { startRouter } from '../../router/router.ts'

// What an app developer does with common tools, by the router's URL alone; no subgraph runs, introspection needs none.
const ROOT = new URL('../../', import.meta.url)
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const supergraph = fileURLToPath(new URL('schema/supergraph.graphql', ROOT))
const firstQuery = textOf('scripts/first-query.graphql')
/** The operations of README's commands: the `query` of what they post. */
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

async function introspected() {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }) }),
  })
  // What every GraphQL server answers to this query.
  return buildClientSchema(((await response.json()) as { data: IntrospectionQuery }).data)
}

describe('graphql-inspector', () => {
  it('sees no change from schema/api.graphql to what the router tells', async () => {
    expect(await diff(api, await introspected())).toEqual([])
  })

  it('accepts GraphiQL’s first query and every operation of the README', async () => {
    expect(readme.length).toBeGreaterThanOrEqual(4)
    const documents = [firstQuery, ...readme].map((text) => new Source(text))
    expect(validate(await introspected(), documents)).toEqual([])
  })
})

type Written = { filename: string; content: string }[]

describe('graphql-codegen', () => {
  it('makes types of the whole API and of a client’s own operations', async () => {
    const config = { scalars: { DateTime: 'string', Cursor: 'string', LiveCursor: 'string' }, strictScalars: true }
    const generates: CodegenConfig['generates'] = {
      'client/': { preset: 'client', config },
      'all.ts': { plugins: ['typescript'], config },
    }
    // What `generate` gives back where it writes nothing; its own type is any.
    const written: Written = await generate({ schema: url, documents: [firstQuery], generates, silent: true }, false)
    const files = Object.fromEntries(written.map(({ filename, content }) => [filename, content]))
    expect(files['client/graphql.ts']).toContain(
      'export type MenuQuery = { items: { nodes: Array<{ id: string, name: string, available: number, ' +
        'price: { amount: number, currency: string }, store: { id: string, name: string } | null }> } | null };',
    )
    expect(files['client/graphql.ts']).toMatch(/DocumentNode<WatchSubscription, WatchSubscriptionVariables>/)
    const types = Object.values(api.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isScalarType(type))
    for (const { name } of types) expect(files['all.ts']).toMatch(new RegExp(`export (type|enum) ${name}\\b`))
  })
})
