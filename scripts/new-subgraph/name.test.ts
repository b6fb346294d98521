import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CONTEXTS } from '../contexts.mjs'
import { fill, namesOf, refusal } from './name.ts'

const api = readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8')
const refused = (name: string) => refusal(name, { contexts: CONTEXTS, api, words: 'import type { Ports } from' })

describe('a new context’s name', () => {
  it.each(['gift-note', 'loyalty', 'a', 'top-r66'])('may be %s', (name) => {
    expect(refused(name)).toBeUndefined()
  })

  it.each([
    ['', /is like gift-note/],
    ['GiftNote', /is like gift-note/],
    ['gift_note', /is like gift-note/],
    ['gift--note', /is like gift-note/],
    ['-gift', /is like gift-note/],
    ['../order', /is like gift-note/],
    ['a'.repeat(31), /at most 30/],
    ['my-page', /There is a context my-page already/],
    ['router', /something else/],
    ['supergraph', /something else/],
    ['recipient', /has a type Recipient already/],
    ['query', /has a type Query already/],
    ['items', /has a field items already/],
    ['card-message', /has a field cardMessage already/],
    ['ports', /Ports means something else in the code/],
    ['date', /has a type Date already/],
    ['map', /Map means something else in the code/],
  ])('may not be %p', (name, why) => {
    const problem = refused(name)
    expect(problem).toMatch(why)
    expect(problem).not.toContain('\n')
  })

  it('is written in each way where it belongs', () => {
    expect(namesOf('gift-note')).toEqual({ kebab: 'gift-note', camel: 'giftNote', Pascal: 'GiftNote' })
    expect(fill('{{kebab}} {{camel}} {{Pascal}} {x}', namesOf('gift-note'))).toBe('gift-note giftNote GiftNote {x}')
    expect(() => fill('{{snake}}', namesOf('gift-note'))).toThrow('{{snake}}')
  })
})
