import { describe, expect, it } from '@jest/globals'
import { createLogger } from '../../../chassis/log.ts'
import { createCursors } from './cursor.ts'

const log = createLogger('test')
log.level = 'silent'
const SECRET = 'a secret of more than thirty-two characters'
const PATTERNS = ['live.news.ann.*']
const PLACE = { created: '2026-11-23T09:30:00.123456789Z', sequence: 4711 }

const of = (user: string | null = 'ann', patterns = PATTERNS, secret: string | undefined = SECRET) =>
  createCursors(secret, log)(user, patterns)

describe('a cursor', () => {
  it('is read by every router with the same secret', () => {
    expect(of().read(of().write(PLACE))).toEqual(PLACE)
    expect(of().read(of().write({ ...PLACE, sequence: null }))).toEqual({ ...PLACE, sequence: null })
  })

  it.each([
    ['another user', of('bob')],
    ['nobody', of(null)],
    ['someone whose name is “null”', of('null')],
    ['other subjects', of('ann', ['live.news.ann.a1'])],
    ['the same subjects, cut elsewhere', of('ann', ['live.news', 'ann.*'])],
    ['another secret', of('ann', PATTERNS, `${SECRET}!`)],
  ])('is none to %s', (_, other) => {
    expect(other.read(of().write(PLACE))).toBeNull()
  })

  it('can’t be changed in any of its characters', () => {
    const cursor = of().write(PLACE)
    for (let index = 0; index < cursor.length; index++) {
      const changed = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1)
      expect(of().read(changed)).toBeNull()
    }
  })

  it('is no text that someone made up', () => {
    for (const text of ['', 'x', 'null', of().write(PLACE).slice(0, 22), 'ä'.repeat(40), 'A'.repeat(10_000)])
      expect(of().read(text)).toBeNull()
  })

  it('is good at its own router only, where there is no secret', () => {
    const [one, other] = [createCursors(undefined, log), createCursors(undefined, log)]
    const cursor = one('ann', PATTERNS).write(PLACE)
    expect(one('ann', PATTERNS).read(cursor)).toEqual(PLACE)
    expect(other('ann', PATTERNS).read(cursor)).toBeNull()
  })
})
