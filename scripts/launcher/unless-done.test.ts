import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { hashOfFiles, unlessDone } from './unless-done.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-done-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('work that is recorded', () => {
  let outcome: string | null
  let times: number
  beforeEach(() => {
    outcome = null
    times = 0
  })
  const work = async () => {
    times += 1
    outcome = 'made'
  }
  const doUnlessDone = (cause = 'code', doing = work) =>
    unlessDone({ file: join(folder, 'new/record'), cause, found: async () => outcome }, doing)

  it('is done once, and again if its cause or its outcome has changed', async () => {
    const timesAfter = async (changed: string | null) => {
      outcome = changed
      await doUnlessDone()
      return times
    }
    expect(await timesAfter(null)).toBe(1)
    expect(await timesAfter('made')).toBe(1)
    expect(await timesAfter('changed by somebody')).toBe(2)
    expect(await timesAfter(null)).toBe(3)
    expect(await timesAfter('made')).toBe(3)
    await doUnlessDone('new code')
    await doUnlessDone('new code')
    expect(times).toBe(4)
    await doUnlessDone('code')
    expect(times).toBe(5)
  })

  it('is done again if it failed, also with its outcome half made', async () => {
    const failing = async () => {
      outcome = 'half'
      throw new Error('killed')
    }
    await expect(doUnlessDone('code', failing)).rejects.toThrow('killed')
    await doUnlessDone()
    expect([times, outcome]).toEqual([1, 'made'])
  })

  it('is done again after other work was interrupted, whose outcome does not show', async () => {
    await doUnlessDone('code')
    const failing = async () => {
      throw new Error('killed')
    }
    await expect(doUnlessDone('other code', failing)).rejects.toThrow('killed')
    await doUnlessDone('code')
    expect(times).toBe(2)
  })

  it('is done each time if its outcome cannot be known, or not recorded', async () => {
    const unknown = async () => {
      times += 1
    }
    for (let time = 0; time < 2; time++) await doUnlessDone('code', unknown)
    expect(times).toBe(2)
    writeFileSync(join(folder, 'new'), 'a file where the folder is to be')
    for (let time = 0; time < 2; time++) await doUnlessDone()
    expect(times).toBe(4)
  })
})

it('a hash of files changes with their names and contents, and not with tests or other files', () => {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const hash = () => hashOfFiles(folder, ['code/*.ts', 'one.json'])
  write('code/a.ts', 'a')
  const seen = [hash()]
  write('code/a.test.ts', 'test')
  write('other/b.ts', 'b')
  expect(hash()).toBe(seen[0])
  for (const [file, text] of [
    ['code/a.ts', 'b'],
    ['code/b.ts', ''],
    ['one.json', '{}'],
  ] as const) {
    write(file, text)
    seen.push(hash())
  }
  expect(new Set(seen).size).toBe(4)
})
