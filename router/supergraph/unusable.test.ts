import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { library } from '../testing/library.ts'
import { compose, startTestRouter } from '../testing/router.ts'
import { UnusableSupergraph } from './load.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
let good: string
beforeAll(async () => {
  router = await startTestRouter(library)
  good = compose(library.map(({ name }) => router.subgraph(name)))
})
afterAll(() => router.close())

/** What loading it throws; null if it is served. */
function refusalOf(sdl: string): unknown {
  try {
    router.reload(sdl)
    return null
  } catch (error) {
    return error
  }
}

const JOIN = /^directive @join__[\s\S]*?\n\n/gm

describe('a supergraph that Apollo’s packages cannot read is refused in a line that says why', () => {
  it.each<[string, (sdl: string) => string, RegExp]>([
    [
      'defines no @join__implements',
      (sdl) => sdl.replace(/directive @join__implements[\s\S]*?\n\n/, ''),
      /join__implements/,
    ],
    ['has a key that is no field', (sdl) => sdl.replace('key: "id"', 'key: "nothing"'), /nothing/],
    ['has a key of fragments without end', (sdl) => sdl.replace('key: "id"', 'key: "... on Book { id"'), /\S/],
    [
      'names a subgraph it does not have',
      (sdl) => sdl.replace('graph: CATALOG', 'graph: NOWHERE'),
      /join__Graph.*\(line \d+\)/,
    ],
    ['requires a field that is not there', (sdl) => sdl.replace(/requires: "[^"]*"/, 'requires: "nothing"'), /nothing/],
    ['hides a whole type', (sdl) => sdl.replace(/(title: String!)/g, '$1 @inaccessible'), /inaccessible/],
    ['defines nothing of joining', (sdl) => sdl.replace(JOIN, ''), /join/],
  ])('%s', (_, change, reason) => {
    const changed = change(good)
    expect(changed).not.toBe(good)
    const refusal = refusalOf(changed)
    expect(refusal).toBeInstanceOf(UnusableSupergraph)
    expect(String(refusal)).toMatch(reason)
    expect(String(refusal)).not.toContain('\n')
  })
})

it('any changed supergraph is either served, or refused with one line while the old one stays in use', async () => {
  const outcomes = { served: 0, refused: 0 }
  for (let seed = 1; seed <= 200; seed++) {
    const refusal = refusalOf(mutate(good, randomOf(seed)))
    if (refusal !== null && !(refusal instanceof UnusableSupergraph)) {
      throw new Error(`The supergraph of seed ${seed} is refused by: ${refusal}`, { cause: refusal })
    }
    if (refusal) expect(refusal.message).not.toContain('\n')
    outcomes[refusal ? 'refused' : 'served']++
    router.reload(good)
  }
  expect(outcomes.served).toBeGreaterThan(20)
  expect(outcomes.refused).toBeGreaterThan(20)
  expect(refusalOf(good.replace('key: "id"', 'key: "nothing"'))).not.toBeNull()
  expect(await router.query('{ books(first: 1) { title copies } }')).toEqual({
    data: { books: [{ title: 'Emma', copies: 1 }] },
  })
})

type Random = (limit: number) => number

/** Integers below a limit, the same for the same seed (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) % limit
  }
}

/** Each keeps what it splits at. */
const PIECES = [/(\w+)/, /(\n)/, /(\n\n)/, /("[^"]*"|@\w+)/]

/** The text with one or two of its words, lines and definitions removed, repeated, or replaced by others of its own. */
function mutate(sdl: string, random: Random): string {
  let parts = sdl
  for (let times = 1 + random(2); times > 0; times--) {
    const pieces = parts.split(PIECES[random(PIECES.length)] ?? '')
    const at = random(pieces.length)
    const piece = pieces[at] ?? ''
    const other = pieces[random(pieces.length)] ?? ''
    parts = pieces.toSpliced(at, 1, ['', `${piece} ${piece}`, other, `${other} ${piece}`][random(4)] ?? '').join('')
  }
  return parts
}
