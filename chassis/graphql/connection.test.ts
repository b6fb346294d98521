import { describe, expect, it } from '@jest/globals'
import { newId } from '../ids.ts'
import { connectionOf, cursorOf, readPage, readTimePage, timeCursorOf } from './connection.ts'

const rows = Array.from({ length: 4 }, (_, index) => ({ id: newId(index) }))
const [first, second] = rows as [{ id: string }, { id: string }]

describe('a page', () => {
  it('has 20 rows by default, and 0 to 100 on request', () => {
    expect(readPage({})).toEqual({ limit: 20, afterId: null })
    expect(readPage({ first: null, after: null })).toEqual({ limit: 20, afterId: null })
    expect(readPage({ first: 0 }).limit).toBe(0)
    expect(readPage({ first: 100 }).limit).toBe(100)
    for (const wrong of [-1, 101]) expect(() => readPage({ first: wrong })).toThrow('first: a page holds 0 to 100.')
  })

  it('begins after a cursor of the list, and refuses other texts', () => {
    expect(readPage({ after: cursorOf(second) }).afterId).toBe(second.id)
    for (const wrong of ['x', first.id, Buffer.from("' or 1").toString('base64url')])
      expect(() => readPage({ after: wrong })).toThrow('after: this is not a cursor')
  })

  it('of a list by time begins after a time and an id, or after an id among the rows without a time', () => {
    for (const time of [new Date('2026-05-08T00:00:00Z'), null]) {
      const place = { time, id: first.id }
      expect(readTimePage({ after: timeCursorOf(place) })).toEqual({ limit: 20, after: place })
    }
    const other = (text: string) => Buffer.from(text).toString('base64url')
    for (const wrong of [
      'x',
      cursorOf(first),
      other('1 x'),
      other(`1e3 ${first.id}`),
      other(`${'9'.repeat(16)} ${first.id}`),
    ])
      expect(() => readTimePage({ after: wrong })).toThrow('after: this is not a cursor')
    expect(() => readTimePage({ first: 101 })).toThrow('first: a page holds 0 to 100.')
  })

  it('reports whether more follow (one row more was read) and whether some came before', () => {
    const page = connectionOf(rows, { limit: 3, afterId: null })
    expect(page.nodes).toEqual(rows.slice(0, 3))
    expect(page.edges.map(({ cursor }) => readPage({ after: cursor }).afterId)).toEqual(page.nodes.map(({ id }) => id))
    expect(page.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: cursorOf(first),
      endCursor: page.edges[2]?.cursor,
    })
    expect(connectionOf(rows, { limit: 4, afterId: first.id }).pageInfo).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: true,
    })
  })

  it('may be empty', () => {
    const nothing = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }
    expect(connectionOf([], { limit: 20, afterId: null })).toEqual({ edges: [], nodes: [], pageInfo: nothing })
    expect(connectionOf([first], { limit: 0, afterId: null }).pageInfo).toEqual({ ...nothing, hasNextPage: true })
  })
})
