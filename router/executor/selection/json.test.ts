import { expect, it } from '@jest/globals'
import { parseExactly } from '../../../chassis/exact-json.ts'
import { copyOf, isObject, type Json } from './json.ts'

it('numbers that JavaScript would change are no objects, and are copied with what contains them', () => {
  const text = '{"a":{"__proto__":[1.0,{"b":9007199254740993}]},"c":1e400}'
  const read = parseExactly(text) as Json
  expect(isObject(read.c)).toBe(false)
  const copy = copyOf(read)
  expect(JSON.stringify(copy)).toBe(text)
  expect(copy.a).not.toBe(read.a)
})
