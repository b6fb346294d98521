import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { outputIntrospectionFile } from '@gql.tada/internal'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { buildSchema, introspectionFromSchema } from 'graphql'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const sdl = readFileSync(join(ROOT, 'schema/api.graphql'), 'utf8')

/** An app that relies on the types of what it selects. */
const APP = `
import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada'
import type { introspection } from './introspection.d.ts'

const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { DateTime: string; Cursor: string; LiveCursor: string }
}>()

const orders = graphql(\`
  query Orders($filter: MyPageFilter, $after: Cursor) {
    myPage(filter: $filter, after: $after) { nodes { total { amount } orderStatus deliveryStatus timeline { fact at } } }
  }
\`)
const place = graphql(\`
  mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      ... on OrderPayload { order { status } }
      ... on InvalidInput { problems { path code limit } }
      ... on Failure { message }
    }
  }
\`)

type Same<A, B> = [A, B] extends [B, A] ? true : false
type Entry = NonNullable<ResultOf<typeof orders>['myPage']>['nodes'][number]
type Problem = Extract<ResultOf<typeof place>['placeOrder'], { problems: unknown }>['problems'][number]

export const same: [
  Same<Entry['total'], { amount: number }>,
  Same<Entry['deliveryStatus'], 'REQUESTED' | 'DEPARTED' | 'ATTEMPTED' | 'COMPLETED' | 'RETURNED' | 'CANCELLED' | null>,
  Same<Entry['timeline'][number]['at'], string>,
  Same<Problem['limit'], number | null>,
  Same<VariablesOf<typeof orders>['filter'], 'ALL' | 'OPEN' | 'CLOSED' | null | undefined>,
] = [true, true, true, true, true]
export const fact: Entry['timeline'][number]['fact'] = 'DepartedForDelivery'
export const code: Problem['code'] = 'TOO_LARGE'
// @ts-expect-error is no fact
export const other: Entry['timeline'][number]['fact'] = 'Departed'
`

const compilerOptions = {
  noEmit: true,
  strict: true,
  target: 'es2022',
  module: 'nodenext',
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  types: [],
  paths: { 'gql.tada': [join(ROOT, 'node_modules/gql.tada/dist/gql-tada.d.ts')] },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gql-tada-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What tsc reports of the app with the types of a schema. */
function compile(schema: string): string {
  const introspection = introspectionFromSchema(buildSchema(schema))
  const types = outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true })
  const files = { 'introspection.d.ts': types, 'app.ts': APP, 'tsconfig.json': JSON.stringify({ compilerOptions }) }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  return spawnSync(process.execPath, [tsc, '--project', folder, '--pretty', 'false'], { encoding: 'utf8' }).stdout
}

describe('gql.tada', () => {
  it('gives an app the types of what it selects', () => {
    expect(compile(sdl)).toBe('')
  })

  it('reports an app that selects what is not there', () => {
    expect(compile(sdl.replace(/^ {2}limit: Int$/m, '  most: Int'))).toContain('error TS')
  })
})
