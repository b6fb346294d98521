import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

const ROOT = new URL('../../', import.meta.url)

/** Every path from the root in backticks in a text. */
const pathsIn = (text: string) =>
  [...text.matchAll(/`((?:docs|proofs|schema|scripts|subgraphs|chassis)\/[^`\s]*|docker-compose\.yml)`/g)].flatMap(
    ([, path = '']) => (path.includes('gift-note') ? [] : [path]),
  )

it('docs/recipes.md names files that exist', () => {
  const paths = pathsIn(readFileSync(new URL('docs/recipes.md', ROOT), 'utf8'))
  expect(paths.length).toBeGreaterThan(30)
  expect(paths.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([])
})

it('a path to a missing file is recognized', () => {
  expect(pathsIn('| 1 | `subgraphs/order/nowhere.ts` |')).toEqual(['subgraphs/order/nowhere.ts'])
})
