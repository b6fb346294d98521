import type { CodegenConfig } from '@graphql-codegen/cli'

/** Which domain type stands behind a GraphQL type, by context; paths are seen from the generated file. */
const mappers: Record<string, Record<string, string>> = {
  order: { Order: './views.ts#OrderView', OrderLine: './views.ts#LineView' },
}

/** One committed types.generated.ts per subgraph, beside its SDL: `npm run generate`; drift fails `npm run check`. */
const config: CodegenConfig = {
  generates: Object.fromEntries(
    ['order', 'payment', 'store', 'delivery', 'item', 'my-page', 'account'].map((context) => [
      `subgraphs/${context}/inbound/graphql/types.generated.ts`,
      {
        schema: ['chassis/graphql/common.graphql', `subgraphs/${context}/inbound/graphql/${context}.graphql`],
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          federation: true,
          useTypeImports: true,
          contextType: './context.ts#Context',
          mappers: mappers[context] ?? {},
          scalars: {
            DateTime: { input: 'string', output: 'Date' },
            Cursor: 'string',
            ID: 'string',
          },
          enumsAsTypes: true,
          resolversNonOptionalTypename: true,
          defaultMapper: 'Partial<{T}>',
        },
      },
    ]),
  ),
}

export default config
