import { describe, expect, it } from '@jest/globals'
import { circles, importsIn, importsOf, RULES, violations } from './layers.ts'

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
  ['router/x.ts', "import { started } from './testing/router.ts'"],
  ['scripts/x.ts', "import {\n  connect,\n  type NatsConnection,\n} from 'nats'"],
]

/** For a rule about the order of folders in router/: its first folder imports what comes last. */
function against(why: string): [file: string, line: string] {
  const part = /downwards: (\S+) knows/.exec(why)?.[1] ?? ''
  const folder = part.replace(/\(([^|)]*)[^)]*\)/, (_, first: string) => (first.startsWith('?') ? '' : first))
  const file = `router/${folder.replace('\\.ts', '')}`.replace(/\/$/, '')
  const up = '../'.repeat(file.split('/').length - (part.endsWith('.ts') ? 2 : 1))
  return [part.endsWith('.ts') ? `${file}.ts` : `${file}/x.ts`, `import { x } from '${up || './'}http/route.ts'`]
}

describe('the layers', () => {
  it('are kept', () => {
    const imports = importsOf(new URL('../..', import.meta.url).pathname)
    expect(imports.length).toBeGreaterThan(200)
    expect(violations(imports)).toEqual([])
  })

  it.each(RULES.map(({ why }, index) => [why, ...(PLANTED[index] ?? against(why))] as const))(
    'report a violation: %s',
    (why, file, line) => {
      expect(violations(importsIn(file, line))).toContainEqual(expect.stringContaining(why))
    },
  )

  it('have no circles, type imports included', () => {
    expect(circles(importsOf(new URL('../..', import.meta.url).pathname))).toEqual([])
  })

  it('report a circle of three files that import each other', () => {
    const ring = ['a', 'b', 'c'].flatMap((name, index) =>
      importsIn(`router/${name}.ts`, `import type { X } from './${'bca'[index]}.ts'`),
    )
    const beside = importsIn('router/d.ts', "import { a } from './a.ts'")
    expect(circles([...ring, ...beside])).toEqual([['router/a.ts', 'router/b.ts', 'router/c.ts']])
  })

  it('allow a layer the types it may import', () => {
    const line = "import type { Fact } from '../../../schema/events/facts.ts'"
    expect(violations(importsIn('subgraphs/order/domain/x.ts', line))).toEqual([])
  })
})
