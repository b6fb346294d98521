import { expect, it } from '@jest/globals'
import { isId, newId } from './ids.ts'

it('ids are UUIDv7: they sort by the time of their creation, and are unique', () => {
  const times = [0, 1, 1_000, 1_700_000_000_000, 2 ** 48 - 1]
  const ids = times.map(newId)
  expect([...ids].sort()).toEqual(ids)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(Array.from({ length: 1_000 }, () => newId(1))).size).toBe(1_000)
  expect(newId(0x0123456789ab).slice(0, 13)).toBe('01234567-89ab')
})

it.each([
  [newId(), true],
  [newId().toUpperCase(), true],
  ['', false],
  [`${newId()}0`, false],
  [`${newId()}\n`, false],
  [newId().replaceAll('-', ''), false],
])('%j can be an id: %j', (text, can) => expect(isId(text)).toBe(can))
