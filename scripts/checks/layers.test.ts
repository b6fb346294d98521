import { existsSync } from 'node:fs'
import { dirname, relative } from 'node:path/posix'
import { describe, expect, it } from '@jest/globals'
import { circles, importsIn, importsOf, ROUTER_ORDER, RULES, violations } from './layers.ts'

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
  ['apps/links/x.ts', "import { newId } from '../../chassis/ids.ts'"],
  ['schema/events/x.ts', "import { newId } from '../../chassis/ids.ts'"],
  ['subgraphs/order/x.ts', "const files = await import('../../scripts/files.ts')"],
  ['router/x.ts', "import { started } from './testing/router.ts'"],
  ['scripts/x.ts', "import {\n  connect,\n  type NatsConnection,\n} from 'nats'"],
]

/** For the rules about the order of router/: what stands first in each part imports what comes last. */
const AGAINST_THE_ORDER = ROUTER_ORDER.slice(0, -1).map(([part = '']): [file: string, line: string] => {
  const file = `router/${part.endsWith('/') ? `${part}x.ts` : part}`
  return [file, `import { x } from '${relative(dirname(file), 'router/http/route.ts').replace(/^(?!\.)/, './')}'`]
})

describe('the layers', () => {
  it('are kept', () => {
    const imports = importsOf(new URL('../..', import.meta.url).pathname)
    expect(imports.length).toBeGreaterThan(200)
    expect(violations(imports)).toEqual([])
  })

  it.each(RULES.map(({ why }, index) => [why, ...([...PLANTED, ...AGAINST_THE_ORDER][index] ?? ['', ''])] as const))(
    'report a violation: %s',
    (why, file, line) => {
      expect(violations(importsIn(file, line))).toContainEqual(expect.stringContaining(why))
    },
  )

  it('name files and folders that exist', () => {
    const missing = ROUTER_ORDER.flat().filter((part) => !existsSync(new URL(`../../router/${part}`, import.meta.url)))
    expect(missing).toEqual([])
  })

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
