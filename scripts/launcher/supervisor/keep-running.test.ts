import { expect, it } from '@jest/globals'
import { backoffMs } from './keep-running.ts'

it('the back-off doubles from 0.2 s to 10 s and stays there', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(backoffMs)).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
})
