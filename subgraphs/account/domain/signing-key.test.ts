import { describe, expect, it } from '@jest/globals'
import { PUBLISHED_BEFORE_SIGNING_MS, publishedKeys, type SigningKey } from './signing-key.ts'

const hour = 3_600_000
const first: SigningKey = { generation: 1, signsFrom: 0, jwk: 'first' }
const second: SigningKey = { generation: 2, signsFrom: 10 * hour + PUBLISHED_BEFORE_SIGNING_MS, jwk: 'second' }
const at = (now: number) => publishedKeys([first, second], now).map((key) => key.jwk)

describe('which keys are published, the signing one first', () => {
  it('publishes a new key before it signs', () => {
    expect(at(10 * hour)).toEqual(['first', 'second'])
  })

  it('lets the new key sign once its time has come', () => {
    expect(at(second.signsFrom - 1)).toEqual(['first', 'second'])
    expect(at(second.signsFrom)).toEqual(['second', 'first'])
  })

  it('keeps the old key published while its tokens are good, no longer', () => {
    expect(at(second.signsFrom + hour)).toEqual(['second', 'first'])
    expect(at(second.signsFrom + 2 * hour)).toEqual(['second'])
  })

  it('counts from the direct successor when several keys were made', () => {
    const third: SigningKey = { generation: 3, signsFrom: second.signsFrom + 3 * hour, jwk: 'third' }
    const now = third.signsFrom + hour
    expect(publishedKeys([third, first, second], now).map((key) => key.jwk)).toEqual(['third', 'second'])
  })

  it('signs with the only key there is, whatever a clock says', () => {
    expect(publishedKeys([second], 0).map((key) => key.jwk)).toEqual(['second'])
  })
})
