import { randomInt } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { freePort } from './ports.ts'

it('a port is picked by one process only, even before anything listens on it', async () => {
  const first = randomInt(21_000, 31_000)
  const pick = () => freePort(new Set(), { first, last: first + 5 })
  const picked: number[] = []
  let failure: unknown = null
  // Some of them may be in use by whatever runs here.
  while (!failure) {
    await pick().then(
      (port) => picked.push(port),
      (error) => {
        failure = error
      },
    )
    if (picked.length > 5) break
  }
  expect(picked.length).toBeGreaterThan(0)
  expect(new Set(picked).size).toBe(picked.length)
  expect(failure).toEqual(new Error(`No port is free between ${first} and ${first + 5}.`))
})
