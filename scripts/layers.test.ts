import { describe, expect, it } from '@jest/globals'
import { importsIn, importsOf, RULES, violations } from './layers.ts'

/** For each rule, a line that breaks it. */
const PLANTED: [file: string, line: string][] = [
  ['subgraphs/order/application/x.ts', "import type { Item } from '../../item/domain/item.ts'"],
  ['subgraphs/order/domain/x.ts', "import { z } from 'zod'"],
  ['subgraphs/order/domain/x.ts', "import type { Ports } from '../application/ports.ts'"],
  ['subgraphs/order/application/x.ts', "import { tables } from '../outbound/postgres/database.ts'"],
  ['subgraphs/order/inbound/graphql/x.ts', "import { readsOf } from '../../outbound/postgres/reads.ts'"],
  ['subgraphs/order/wire.ts', "import { tables } from './outbound/postgres/database.ts'"],
  ['chassis/x.ts', "import { contracts } from '../schema/events/facts.ts'"],
  ['router/x.ts', "export { contracts } from '../schema/events/facts.ts'"],
  ['schema/events/x.ts', "import { newId } from '../../chassis/ids.ts'"],
  ['subgraphs/order/x.ts', "const files = await import('../../scripts/files.ts')"],
  ['scripts/x.ts', "import {\n  connect,\n  type NatsConnection,\n} from 'nats'"],
]

describe('the layers', () => {
  it('are kept', () => {
    const imports = importsOf(new URL('..', import.meta.url).pathname)
    expect(imports.length).toBeGreaterThan(200)
    expect(violations(imports)).toEqual([])
  })

  it.each(RULES.map(({ why }, index) => [why, ...(PLANTED[index] ?? ['', ''])] as const))(
    'are seen to be broken: %s',
    (why, file, line) => {
      expect(violations(importsIn(file, line))).toContainEqual(expect.stringContaining(why))
    },
  )

  it('lets a layer have the types it may', () => {
    const line = "import type { Fact } from '../../../schema/events/facts.ts'"
    expect(violations(importsIn('subgraphs/order/domain/x.ts', line))).toEqual([])
  })
})
