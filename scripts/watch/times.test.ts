import { describe, expect, it } from '@jest/globals'
import { timeOf, windowOf } from './times.ts'

describe('a promised window', () => {
  it.each([
    ['2026-05-08T00:00:00.000Z', '2026-05-08T03:00:00.000Z', 'Asia/Seoul', 'Fri 8 May 09:00–12:00'],
    ['2026-05-08T15:30:00.000Z', '2026-05-08T18:00:00.000Z', 'Asia/Seoul', 'Sat 9 May 00:30–03:00'],
    ['2026-05-08T13:00:00.000Z', '2026-05-08T17:00:00.000Z', 'Asia/Seoul', 'Fri 8 May 22:00–Sat 9 May 02:00'],
    ['2026-05-08T13:00:00.000Z', '2026-05-08T17:00:00.000Z', 'America/New_York', 'Fri 8 May 09:00–13:00'],
  ])(
    'from %s to %s in %s is %s on the store’s clock, whatever this machine’s is',
    (startsAt, endsAt, timeZone, text) => {
      expect(windowOf({ startsAt, endsAt, timeZone })).toBe(text)
    },
  )

  it('has a midnight of 00, not 24', () => {
    expect(timeOf('2026-05-08T15:00:00.000Z', 'Asia/Seoul')).toBe('Sat 9 May 00:00')
  })
})
