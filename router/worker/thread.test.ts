import { afterEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { createThread, JobStopped, type Thread } from './thread.ts'

let thread: Thread<string, string>
const start = (maxJobMs: number, file = './testing/jobs.ts') => {
  thread = createThread({ file: new URL(file, import.meta.url), data: null, maxJobMs, maxMemoryMb: 64 })
  return thread
}
afterEach(() => thread.close())

describe('a thread', () => {
  it('does one job after the other', async () => {
    const { run } = start(60_000)
    expect(await run('a')).toBe('done: a')
    expect(await run('b')).toBe('done: b')
  })

  it('is replaced when a job takes too long', async () => {
    const { run } = start(1_000) // real time: the job never ends
    await expect(run('forever')).rejects.toThrow(JobStopped)
    expect(await until(() => run('b').catch(() => ''))).toBe('done: b')
  })

  it('is replaced when a job takes too much memory', async () => {
    const { run } = start(60_000)
    await expect(run('memory')).rejects.toThrow('too much memory')
    expect(await run('b')).toBe('done: b')
  })

  it('is replaced when a job throws', async () => {
    const { run } = start(60_000)
    await expect(run('throw')).rejects.toThrow('broken')
    expect(await run('b')).toBe('done: b')
  })

  it('that cannot start rejects each job, and is tried again with the next', async () => {
    const { run, ready } = start(60_000, './testing/none.ts')
    await ready
    await expect(run('a')).rejects.toThrow('none.ts')
    await expect(run('b')).rejects.toThrow('none.ts')
  })
})
