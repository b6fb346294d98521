import { describe, expect, it } from '@jest/globals'
import { summaryOf } from './summary.ts'

const line = (name: string, quantity = 1) => ({ name, quantity })

describe('the ordered items in one line', () => {
  it('has a single line unchanged', () => {
    expect(summaryOf([line('장미 한바구니')])).toBe('장미 한바구니 × 1')
  })

  it('tells up to three lines', () => {
    expect(summaryOf([line('장미 한바구니'), line('roses', 2)])).toBe('장미 한바구니 × 1, roses × 2')
    expect(summaryOf([line('a'), line('b'), line('c', 999)])).toBe('a × 1, b × 1, c × 999')
  })

  it('says how many more there are', () => {
    expect(summaryOf([line('a'), line('b'), line('c'), line('d')])).toBe('a × 1, b × 1, c × 1 … +1')
    expect(summaryOf(Array.from({ length: 20 }, () => line('a')))).toBe('a × 1, a × 1, a × 1 … +17')
  })

  it('shortens a long name between characters, and keeps it in one line', () => {
    expect(summaryOf([line('꽃'.repeat(40))])).toBe(`${'꽃'.repeat(40)} × 1`)
    // Decomposed, this syllable is three code points; the flower with its colour sign two.
    const long = '\u1101\u1169\u11be'.repeat(41)
    expect(summaryOf([line(long)])).toBe(`${'\u1101\u1169\u11be'.repeat(39)}… × 1`)
    expect(summaryOf([line(' red\n\troses ')])).toBe('red roses × 1')
  })
})
