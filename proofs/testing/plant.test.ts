import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

const ROOT = new URL('../../', import.meta.url).pathname
const PLANT = /file: '([^']+)',\s*from: '([^']+)'/g

/** The tests with these plants are slow. This one reports at once that a plant's source has changed. */
it('every plant finds the text that it replaces', () => {
  const plants = globSync('proofs/**/*.test.ts', { cwd: ROOT }).flatMap((test) =>
    [...readFileSync(join(ROOT, test), 'utf8').matchAll(PLANT)].map(([, file = '', from = '']) => ({
      test,
      file,
      from,
    })),
  )
  expect(plants.length).toBeGreaterThan(1)
  expect(plants.filter(({ file, from }) => !readFileSync(join(ROOT, file), 'utf8').includes(from))).toEqual([])
})
