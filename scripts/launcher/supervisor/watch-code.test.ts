import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { type Change, changeOf, watchCode } from './watch-code.ts'

const CONTEXTS = ['item', 'order', 'payment']
const of = (...files: string[]) => {
  const { names, composes } = changeOf(files, CONTEXTS)
  return { names: [...names].sort(), composes }
}

describe('a change of code', () => {
  it.each([
    ["a context's own", ['subgraphs/order/domain/order.ts'], ['order'], false],
    ['of several', ['subgraphs/order/wire.ts', 'subgraphs/item/wire.ts'], ['item', 'order'], false],
    ['of an SDL', ['subgraphs/order/inbound/graphql/order.graphql'], ['order'], true],
    ['of the sandbox', ['subgraphs/payment/sandbox/routes.ts'], ['provider'], false],
    ['of the router', ['router/request/execute.ts'], ['router'], false],
    ['of what all use', ['chassis/http.ts'], ['item', 'order', 'payment', 'provider', 'router', 'streams'], false],
    ['of a contract', ['schema/events/order.ts'], ['item', 'order', 'payment'], false],
    ['of the composed schema, which the router reads again by itself', ['schema/supergraph.graphql'], [], false],
    [
      'of tests, docs and generated types',
      [
        'chassis/http.test.ts',
        'router/README.md',
        'subgraphs/order/testing/rig.ts',
        'subgraphs/order/inbound/graphql/types.generated.ts',
      ],
      [],
      false,
    ],
    ['of a folder that is no context', ['subgraphs/notes/x.ts'], [], false],
  ])('%s', (_, files, names, composes) => {
    expect(of(...files)).toEqual({ names, composes })
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
