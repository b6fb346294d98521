import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { CONTEXTS as SIMULATED } from '../simulation/plan.ts'

const ROOT = new URL('../../', import.meta.url)
describe('the contexts', () => {
  it('are the folders of subgraphs/, each with a schema of that name', () => {
    expect([...CONTEXTS]).toEqual(readdirSync(new URL('subgraphs/', ROOT)).sort())
    for (const name of CONTEXTS) {
      expect(existsSync(new URL(`subgraphs/${name}/inbound/graphql/${name}.graphql`, ROOT))).toBe(true)
    }
  })

  it('have the same names in the simulation', () => {
    expect(SIMULATED.filter((name) => !CONTEXTS.includes(name))).toEqual([])
  })
})
