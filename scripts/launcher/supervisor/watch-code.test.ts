import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { type Change, changeOf, watchCode } from './watch-code.ts'

const CONTEXTS = ['item', 'order', 'payment']
const of = (...files: string[]) => {
  const { names, composes, migrates } = changeOf(files, CONTEXTS)
  return { names: [...names].sort(), follows: [...(composes ? ['schema'] : []), ...(migrates ? ['databases'] : [])] }
}

describe('a change of code', () => {
  it.each([
    ["a context's own", ['subgraphs/order/domain/order.ts'], ['order'], []],
    ['of several', ['subgraphs/order/wire.ts', 'subgraphs/item/wire.ts'], ['item', 'order'], []],
    ['of an SDL', ['subgraphs/order/inbound/graphql/order.graphql'], ['order'], ['schema']],
    ['of a migration', ['subgraphs/order/outbound/postgres/migrations.ts'], ['order'], ['databases']],
    ['of the sandbox', ['subgraphs/payment/sandbox/routes.ts'], ['provider'], []],
    ['of the router', ['router/request/execute.ts'], ['router'], []],
    ['of what all use', ['chassis/http.ts'], ['item', 'order', 'payment', 'provider', 'router', 'streams'], []],
    ['of a contract', ['schema/events/order.ts'], ['item', 'order', 'payment'], []],
    ['of the composed schema, which the router reads again by itself', ['schema/supergraph.graphql'], [], []],
    [
      'of tests, docs and generated types',
      [
        'chassis/http.test.ts',
        'router/README.md',
        'subgraphs/order/testing/rig.ts',
        'subgraphs/order/inbound/graphql/types.generated.ts',
      ],
      [],
      [],
    ],
    ['of a folder that is no context', ['subgraphs/notes/x.ts'], [], []],
  ])('%s', (_, files, names, follows) => {
    expect(of(...files)).toEqual({ names, follows })
  })
})

it('hears of changes below the folders, files of a burst together', async () => {
  const root = mkdtempSync(join(tmpdir(), 'flower-watch-'))
  for (const folder of ['chassis', 'router', 'schema', 'subgraphs/order/domain'])
    mkdirSync(join(root, folder), { recursive: true })
  const changes: Change[] = []
  const watching = watchCode(root, CONTEXTS, (change) => void changes.push(change))
  for (const file of ['a', 'b', 'c']) writeFileSync(join(root, `subgraphs/order/domain/${file}.ts`), 'export {}')
  await until(() => changes.length > 0)
  expect(changes[0]?.names).toEqual(new Set(['order']))
  watching.close()
  rmSync(root, { recursive: true })
})
