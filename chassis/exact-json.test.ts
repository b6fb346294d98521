import { describe, expect, it } from '@jest/globals'
import { exactNumber, hasExactNumbers, JsonNumber, parseExactly, parseExactlyAt } from './exact-json.ts'

const CHANGED = [
  '9007199254740993',
  '-9007199254740993',
  '1234567890.12345678',
  '0.1000000000000000055',
  '1e400',
  '-1E-400',
  '1E2',
  '1e+2',
  '1.0',
  '1.50',
  '-0',
  '-0.0',
  '0.0000001',
  `1${'0'.repeat(400)}`,
]
const UNCHANGED = [
  '0',
  '7',
  '-7',
  '0.5',
  '-0.05',
  '0.30000000000000004',
  '999999999999999',
  '9007199254740992',
  '1e+21',
]

describe('exact JSON', () => {
  it.each(CHANGED)('writes %s as it was read, wherever it is', (number) => {
    for (const text of [
      `[${number}]`,
      `[1,${number},2]`,
      `{"a":${number}}`,
      `{"a":[{"b":${number},"c":"x"}]}`,
      `{"a":{"b":{"c":[${number}]}}}`,
    ]) {
      expect(hasExactNumbers(text)).toBe(true)
      expect(JSON.stringify(parseExactly(text))).toBe(text)
    }
    for (const space of [' ', '\n', '\r\n', '\t']) {
      const text = `{"a":${space}${number}${space},${space}"b"${space}:${space}[${space}${number}${space}]${space}}`
      expect(JSON.stringify(parseExactly(text))).toBe(`{"a":${number},"b":[${number}]}`)
    }
    expect(parseExactly(`[${number}]`)).toEqual([new JsonNumber(number)])
  })

  it.each(UNCHANGED)('reads %s as a number', (number) => {
    expect(hasExactNumbers(`[${number}]`)).toBe(false)
    expect(parseExactly(`{"a":[${number}]}`)).toEqual({ a: [Number(number)] })
    expect(parseExactly(`{"a":[${number},1.0]}`)).toEqual({ a: [Number(number), new JsonNumber('1.0')] })
  })

  it('leaves strings and names unchanged, even if they look like numbers', () => {
    const value = { '1.0': '1.0', a: '[9007199254740993,1e400]', b: ' 1.0 ', c: '"-0"', 'x:1.0,': ': 1.0, ' }
    expect(parseExactly(JSON.stringify(value))).toEqual(value)
    expect(parseExactly(JSON.stringify({ ...value, d: 0 }).replace('"d":0', '"d":-0'))).toEqual({
      ...value,
      d: new JsonNumber('-0'),
    })
  })

  it('leaves negative numbers as they are, next to others', () => {
    const text = '[-99999999,-100000000,-100000001,{"a":-100000002,"b":-9007199254740992,"__proto__":1.0},-1.0,-3]'
    expect(JSON.stringify(parseExactly(text))).toBe(text)
    expect(parseExactlyAt(text.replace('-1.0', '-1').replace('1.0', '1'), ['a'])).toEqual(JSON.parse(text))
  })

  it.each(['"', '\\', '\\"', '",1.0,', ',1.0,\\'])('finds numbers after the string %j', (string) => {
    const text = JSON.stringify([string, 0, '1.0', [0], string, { [string]: 0 }]).replaceAll('0', '-0')
    expect(JSON.stringify(parseExactly(text))).toBe(text)
  })

  it('reads names such as __proto__, and the last of equal names', () => {
    const text = '{"__proto__":{"a":1.0},"constructor":[2.0]}'
    const read = parseExactly(text)
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(JSON.stringify(read)).toBe(text)
    expect(JSON.stringify(parseExactly('{"a":1.0,"a":2,"b":1,"b":2.0,"c":[1.0],"c":{"d":3.0}}'))).toBe(
      '{"a":2,"b":2.0,"c":{"d":3.0}}',
    )
    expect(JSON.stringify(parseExactlyAt('{"v":{"a":1.0},"v":{"b":2.0}}', ['v']))).toBe('{"v":{"b":2.0}}')
  })

  it('is exact in one member only, if there is one', () => {
    expect(parseExactlyAt('{"a":1.0,"b":{"c":[1.0],"d":1.0}}', ['b', 'c'])).toEqual({
      a: 1,
      b: { c: [new JsonNumber('1.0')], d: 1 },
    })
    for (const text of ['{"a":1.0}', '{"b":1.0}', '{"b":[1.0]}', '{"b":null,"a":1.0}', '[1.0]']) {
      expect(parseExactlyAt(text, ['b', 'c'])).toEqual(JSON.parse(text))
    }
  })

  it.each(['', '[1.0', '{"a":1.0,}', '[01.0]', '{1.0:2.0}', '[1.]', '[NaN]', '[.5]'])('refuses %j', (text) => {
    expect(() => parseExactly(text)).toThrow(SyntaxError)
    expect(() => parseExactlyAt(text, ['a'])).toThrow(SyntaxError)
  })

  it('refuses text that is nested too deeply', () => {
    const text = `${'['.repeat(100_000)}1.0${']'.repeat(100_000)}`
    expect(() => parseExactly(text)).toThrow(SyntaxError)
  })

  it('cannot be changed by code that takes numbers for objects', () => {
    const number = new JsonNumber('1.0')
    expect(Object.keys(number)).toEqual([])
    expect(JSON.stringify(Object.assign(number, { text: 'x' }))).toBe('1.0')
    expect(number).not.toEqual(new JsonNumber('1.00'))
  })

  it('knows the values of numbers', () => {
    expect(exactNumber('12')).toBe(12)
    const texts = ['9007199254740993', '1.0', '1E2', '-0', '1e400'].map((text) => new JsonNumber(text))
    expect(texts.map(String)).toEqual(['9007199254740993', '1', '100', '0', 'Infinity'])
    expect(texts.map((each) => each.toNumber())).toEqual([9007199254740992, 1, 100, -0, Number.POSITIVE_INFINITY])
  })
})
