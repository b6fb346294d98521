import { describe, expect, it } from '@jest/globals'
import { readEntry } from './live-entry.ts'
import { readAnswer } from './live-source.ts'

const NUMBERS = '[9007199254740993,1e400,1.0,-0,{"__proto__":1E2},"1.0"]'
const read = (text: string) => readEntry('live.things.1', 7, { string: () => text })

describe('a live message', () => {
  it('keeps the numbers of its state as they are', () => {
    const entry = read(`{"revision":1.0,"open":true,"state":{"numbers":${NUMBERS}}}`)
    expect(entry).toMatchObject({ revision: 1, open: true, entity: '1', sequence: 7 })
    expect(JSON.stringify(entry?.state)).toBe(`{"numbers":${NUMBERS}}`)
  })

  it.each(['', '1.0', '{"revision":1,"open":true,"state":1.0}', '{"revision":1.5,"open":true,"state":{"a":1.0}}'])(
    'is not %j',
    (text) => expect(read(text)).toBeNull(),
  )

  it('is as exact in a snapshot', () => {
    const one = `{"subject":"live.things.1","revision":1.0,"open":true,"state":{"numbers":${NUMBERS}}}`
    const other = '{"subject":"live.things.2","revision":2,"open":true,"state":{"a":1}}'
    const { states, next } = readAnswer(`{"states":[${one},${other}],"next":null}`)
    expect(JSON.stringify(states[0]?.state)).toBe(`{"numbers":${NUMBERS}}`)
    expect([states[0]?.revision, states[1]?.state, next]).toEqual([1, { a: 1 }, null])
    expect(() => readAnswer('{"states":[{"a":1.0}],"next":null}')).toThrow()
  })
})
