import { describe, expect, it } from '@jest/globals'
import { seenBy, type User } from './user.ts'

const lee: User = { id: 'lee-id', name: '이하늘', roles: ['CUSTOMER'] }

describe('who sees what of a user', () => {
  it('shows oneself wholly', () => {
    expect(seenBy('lee-id', lee, { id: 'lee-id' })).toEqual(lee)
    expect(seenBy('lee-id', lee, { id: 'lee-id', disclosed: true })).toEqual(lee)
  })

  it('shows another the name only, and only where a context disclosed it', () => {
    expect(seenBy('rider-id', lee, { id: 'lee-id', disclosed: true })).toEqual({ ...lee, roles: [] })
    expect(seenBy('rider-id', lee, { id: 'lee-id', disclosed: false })).toBeNull()
    expect(seenBy('rider-id', lee, { id: 'lee-id' })).toBeNull()
  })

  it('shows nothing to nobody', () => {
    expect(seenBy(null, lee, { id: 'lee-id' })).toBeNull()
  })
})
