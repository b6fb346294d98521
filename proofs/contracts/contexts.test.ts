import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CONTEXTS, inCapitals } from '../../scripts/contexts.mjs'
import { CONTEXTS as SIMULATED } from '../simulation/plan.ts'

const ROOT = new URL('../../', import.meta.url)
const composeFile = readFileSync(new URL('docker-compose.yml', ROOT), 'utf8')

/** The parts of a context that docker-compose.yml lacks. */
function missing(text: string, context: string): string[] {
  const service = text.split(/\n(?= {2}\S)/).find((block) => block.startsWith(`  ${context}:\n`)) ?? ''
  const urls = /SUBGRAPH_URLS: (.*)/.exec(text)?.[1]?.split(',') ?? []
  const password = `\${DATABASE_PASSWORD_${inCapitals(context)}:?}`
  return [
    ...(service.includes(`subgraphs/${context}/main.ts`) ? [] : ['its process']),
    ...(service.includes(password) ? [] : ['its database']),
    ...(urls.includes(`${context}=http://${context}:8080/graphql`) ? [] : ['its address for the router']),
  ]
}

describe('the contexts', () => {
  it('are the folders of subgraphs/, each with a schema of that name', () => {
    expect([...CONTEXTS]).toEqual(readdirSync(new URL('subgraphs/', ROOT)).sort())
    for (const name of CONTEXTS) {
      expect(existsSync(new URL(`subgraphs/${name}/inbound/graphql/${name}.graphql`, ROOT))).toBe(true)
    }
  })

  it.each(CONTEXTS)('are in docker-compose.yml: %s', (context) => {
    expect(missing(composeFile, context)).toEqual([])
  })

  it('are reported if docker-compose.yml lacks them', () => {
    expect(missing(composeFile, 'no-context')).toEqual(['its process', 'its database', 'its address for the router'])
    expect(missing(composeFile.replaceAll('PASSWORD_ITEM:', 'PASSWORD_STORE:'), 'item')).toEqual(['its database'])
  })

  it('have the same names in the simulation', () => {
    expect(SIMULATED.filter((name) => !CONTEXTS.includes(name))).toEqual([])
  })
})
