import { describe, expect, it } from '@jest/globals'
import { createLogger } from '../../../chassis/log.ts'
import { createCursors } from './cursor.ts'

const log = createLogger('test')
log.level = 'silent'
const SECRET = 'a secret of more than thirty-two characters'
const PATTERNS = ['live.news.ann.*']
const POSITION = { created: '2026-11-23T09:30:00.123456789Z', sequence: 4711 }

const cursorsOf = (user: string | null = 'ann', patterns = PATTERNS, secret: string | undefined = SECRET) =>
  createCursors(secret, log)(user, patterns)

describe('a cursor', () => {
  it('is read by every router with the same secret', () => {
    expect(cursorsOf().read(cursorsOf().write(POSITION))).toEqual(POSITION)
    expect(cursorsOf().read(cursorsOf().write({ ...POSITION, sequence: null }))).toEqual({
      ...POSITION,
      sequence: null,
    })
  })

  it.each([
    ['another user', cursorsOf('bob')],
    ['an anonymous user', cursorsOf(null)],
    ['someone whose name is “null”', cursorsOf('null')],
    ['other subjects', cursorsOf('ann', ['live.news.ann.a1'])],
    ['the same subjects, split elsewhere', cursorsOf('ann', ['live.news', 'ann.*'])],
    ['another secret', cursorsOf('ann', PATTERNS, `${SECRET}!`)],
  ])('is not valid for %s', (_, other) => {
    expect(other.read(cursorsOf().write(POSITION))).toBeNull()
  })

  it('can’t be changed in any of its characters', () => {
    const cursor = cursorsOf().write(POSITION)
    for (let index = 0; index < cursor.length; index++) {
      const changed = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1)
      expect(cursorsOf().read(changed)).toBeNull()
    }
  })

  it('is not any other text', () => {
    for (const text of ['', 'x', 'null', cursorsOf().write(POSITION).slice(0, 22), 'ä'.repeat(40), 'A'.repeat(10_000)])
      expect(cursorsOf().read(text)).toBeNull()
  })

  it('is valid at its own router only if there is no secret', () => {
    const [one, other] = [createCursors(undefined, log), createCursors(undefined, log)]
    const cursor = one('ann', PATTERNS).write(POSITION)
    expect(one('ann', PATTERNS).read(cursor)).toEqual(POSITION)
    expect(other('ann', PATTERNS).read(cursor)).toBeNull()
  })
})
