import { existsSync, readFileSync } from 'node:fs'
import type { CodegenConfig } from '@graphql-codegen/cli'
import { sdlOf } from '../chassis/graphql/schema.ts'
import { CONTEXTS } from './contexts.mjs'

/** The types of failures, which use cases return and `type` distinguishes; paths are relative to the generated file. */
const failures = Object.fromEntries(
  ['InvalidInput', 'NotFound', 'WrongState', 'IdempotencyConflict'].map((name) => [
    name,
    `../../../../chassis/failures.ts#${name} as ${name}Of`,
  ]),
)

/** The TypeScript types of a context's GraphQL types, if it maps any: mappers.json beside its SDL. */
function mappersOf(folder: URL): Record<string, string> {
  const file = new URL('mappers.json', folder)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** One committed types.generated.ts per subgraph, beside its SDL: `npm run generate`; drift fails `npm run check`. */
const config: CodegenConfig = {
  generates: Object.fromEntries(
    CONTEXTS.map((context) => {
      const folder = new URL(`../subgraphs/${context}/inbound/graphql/`, import.meta.url)
      const output = {
        schema: sdlOf(new URL(`${context}.graphql`, folder)),
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          federation: true,
          useTypeImports: true,
          contextType: './context.ts#Context',
          mappers: { ...failures, ...mappersOf(folder) },
          scalars: {
            DateTime: { input: 'string', output: 'Date' },
            Cursor: 'string',
            Date: 'string',
            LocalTime: 'string',
            ID: 'string',
          },
          enumsAsTypes: true,
        },
      }
      return [`subgraphs/${context}/inbound/graphql/types.generated.ts`, output]
    }),
  ),
}

export default config
