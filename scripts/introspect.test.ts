import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CONTEXTS } from './contexts.mjs'
import { introspect } from './introspect.ts'

const textOf = (name?: string) => {
  const answer = introspect(name)
  return 'text' in answer ? answer.text : answer.problem
}

describe('npm run introspect', () => {
  it('lists the schemas', () => {
    expect(textOf().split('\n')).toEqual([...CONTEXTS, 'supergraph', 'api'])
  })

  it('prints a subgraph’s SDL with its federation directives and own fields only', () => {
    const sdl = textOf('order')
    expect(sdl).toContain('extend schema @link(url: "https://specs.apollo.dev/federation/')
    expect(sdl).toMatch(/type Order implements Node @key\(fields: "id"\)/)
    expect(sdl).not.toMatch(/receiveOrder|join__/)
    expect(textOf('my-page')).toContain('@live(subjects: ')
  })

  it.each(['supergraph', 'api'])('prints the composed %s', (name) => {
    expect(textOf(name)).toBe(readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), 'utf8'))
  })

  it.each(['flowers', '', '__proto__', '../api'])('lists the schemas instead of %p', (name) => {
    const problem = expect.stringMatching(/^There is no subgraph ".*"\. There are: account, .* api\.$/)
    expect(introspect(name)).toEqual({ problem })
  })
})
