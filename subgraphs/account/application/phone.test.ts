import { describe, expect, it } from '@jest/globals'
import { isCountry, mobileNumber, nationalNumber, phoneIn, signInOf } from './phone.ts'

describe('a mobile number', () => {
  it.each([
    ['010-1234-5678', '+821012345678'],
    ['010 1234 5678', '+821012345678'],
    ['０１０－１２３４－５６７８', '+821012345678'],
    ['+82 10-1234-5678', '+821012345678'],
    ['+82 (0)10 1234 5678', '+821012345678'],
  ])('%s is %s, however it is typed: who signs in is one person', (typed, phone) => {
    expect(mobileNumber(typed, ['KR'])).toBe(phone)
  })

  it.each([
    '',
    '02-123-4567',
    '112',
    '+1 213 373 4253',
    '+81 90 1234 5678',
    '010-1234-5678 ext. 9',
    `0${'1'.repeat(60)}`,
    'tel:x',
  ])('%j is none that gets a code in Korea', (typed) => {
    expect(mobileNumber(typed, ['KR'])).toBeNull()
  })

  it('may be of another country where that is named', () => {
    expect(mobileNumber('+81 90 1234 5678', ['KR', 'JP'])).toBe('+819012345678')
    expect([isCountry('JP'), isCountry('Japan'), isCountry('')]).toEqual([true, false, false])
  })

  it('is shown as it is dialled, and is what its person signs in with', () => {
    expect(nationalNumber('+821012345678')).toBe('010-1234-5678')
    expect([phoneIn(signInOf('+821012345678')), phoneIn('lee')]).toEqual(['+821012345678', null])
  })
})
