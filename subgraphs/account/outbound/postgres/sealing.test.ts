import { describe, expect, it } from '@jest/globals'
import { cookieKey, seal, sealingKey, unseal } from './sealing.ts'

const key = sealingKey('a secret')

describe('sealing', () => {
  it('opens with the same key only', () => {
    const sealed = seal(key, '비밀')
    expect(sealed).not.toContain('비밀')
    expect(unseal(key, sealed)).toBe('비밀')
    expect(() => unseal(sealingKey('another secret'), sealed)).toThrow()
    expect(() => unseal(Buffer.from(cookieKey('a secret'), 'base64url'), sealed)).toThrow()
  })

  it('notices every change', () => {
    const [iv, tag, text] = seal(key, 'text').split('.')
    const [otherIv] = seal(key, 'text').split('.')
    expect(() => unseal(key, [otherIv, tag, text].join('.'))).toThrow()
    expect(() => unseal(key, [iv, tag?.slice(0, 4), text].join('.'))).toThrow()
    expect(() => unseal(key, 'text')).toThrow()
  })

  it('never seals the same text to the same', () => {
    expect(seal(key, 'text')).not.toBe(seal(key, 'text'))
  })
})
