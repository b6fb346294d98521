import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { globalId, readGlobalId } from './global-ids.ts'
import { newId } from './ids.ts'

const TYPES = ['Order', 'Payment', 'StoreOrder', 'MyPageEntry', 'A', 'Ab', 'Abc', 'Some_Type2']
const base64url = (text: string) => Buffer.from(text).toString('base64url')
/** Any UUID, of every version and none. */
const anyUuid = () =>
  randomBytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

describe('a global id', () => {
  it('is base64url of the type and the UUID, and read back as these', () => {
    for (const type of TYPES) {
      for (const id of [newId(), ...Array.from({ length: 500 }, anyUuid)]) {
        const encoded = globalId(type, id)
        expect(encoded).toBe(base64url(`${type}:${id}`))
        expect(readGlobalId(encoded)).toEqual({ type, id })
      }
    }
  })

  it('differs from that of another type with the same UUID', () => {
    const id = newId()
    expect(new Set(TYPES.map((type) => globalId(type, id))).size).toBe(TYPES.length)
  })

  it('is also read for a type that nothing was encoded of', () => {
    const id = newId()
    expect(readGlobalId(base64url(`NeverEncoded:${id}`))).toEqual({ type: 'NeverEncoded', id })
  })

  it('has one form only', () => {
    const id = newId()
    const padded = Buffer.from(`Order:${id}`).toString('base64')
    const encoded = globalId('Payment', id)
    // Its last character has two unused bits.
    const sibling = encoded.slice(0, -1) + String.fromCharCode(encoded.charCodeAt(encoded.length - 1) + 1)
    expect(Buffer.from(sibling, 'base64url')).toEqual(Buffer.from(encoded, 'base64url'))
    for (const other of [
      `${encoded}=`,
      ` ${encoded}`,
      `${encoded}\n`,
      `${encoded}!`,
      sibling,
      padded.replace(/=*$/, '=='),
    ])
      expect(readGlobalId(other)).toBeNull()
    expect(readGlobalId(base64url(`Order:${id.toUpperCase()}`))).toBeNull()
  })

  it.each([
    '',
    'no id',
    newId(),
    base64url(newId()),
    base64url(`:${newId()}`),
    base64url(`Order:${newId()}x`),
    base64url('Order:7'),
    base64url(`<b>:${newId()}`),
    base64url(`주문:${newId()}`),
    base64url(`${'x'.repeat(1_000)}:${newId()}`),
  ])('is not %j', (text) => expect(readGlobalId(text)).toBeNull())

  it('stands for any id of a context’s own, though only UUIDs are read', () => {
    expect(globalId('Thing', 'n1')).toBe(base64url('Thing:n1'))
  })
})
