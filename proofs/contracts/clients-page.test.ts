import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8')

/** Each block of a whole file, by the link in the line before it. */
const blocks = [...page.matchAll(/^\[(apps\/[\w/.-]+)\][^\n]*\n\n```\w+\n([\s\S]*?)^```$/gm)]

it('docs/clients.md has the examples as they are run (proofs/e2e/clients.e2e.test.ts)', () => {
  expect(blocks.map(([, file]) => file)).toEqual([
    'apps/examples/documents.ts',
    'apps/examples/apollo.ts',
    'apps/examples/urql.ts',
    'apps/examples/relay.ts',
    'apps/examples/page.html',
  ])
  for (const [, file = '', text] of blocks)
    expect(`${file}\n${text}`).toBe(`${file}\n${readFileSync(join(ROOT, file), 'utf8')}`)
})
