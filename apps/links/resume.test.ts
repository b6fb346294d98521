import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { fakeOnly } from '../../chassis/testing/fake-only.ts'
import { LiveError, type LiveResult, resuming, type Transport } from './resume.ts'

beforeEach(() => {
  fakeOnly('setTimeout', 'clearTimeout')
  jest.spyOn(Math, 'random').mockReturnValue(1) // Each wait is as long as it may be.
})
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

/** A subscription over a transport that the test plays; `attempts` are the subscriptions that it got, the newest last. */
function follow(variables?: Record<string, unknown>) {
  const attempts: { after: unknown; sink: Parameters<Transport['subscribe']>[1]; isStopped: boolean }[] = []
  const transport: Transport = {
    subscribe: (request, sink) => {
      const attempt = { after: request.variables?.after, sink, isStopped: false }
      attempts.push(attempt)
      return () => {
        attempt.isStopped = true
      }
    },
  }
  const seen: unknown[] = []
  const stop = resuming(transport, { onCut: (reason) => seen.push(`cut: ${reason}`) })(
    { query: 'subscription', ...(variables && { variables }) },
    { next: ({ data }) => seen.push(data), error: (error) => seen.push(error), complete: () => seen.push('complete') },
  )
  const newest = () => {
    const attempt = attempts.at(-1)
    if (!attempt) throw new Error('Nothing was subscribed to.')
    return attempt.sink
  }
  return { attempts, seen, stop, newest }
}
const at = (cursor: string, kind = 'CHANGE'): LiveResult => ({ data: { updated: { kind, cursor } } })
const problem = (code: string, rest = {}) => [{ message: `It is ${code}.`, extensions: { code, ...rest } }]

describe('a resuming subscription', () => {
  it('waits longer after each failure, and not after a change', () => {
    const { attempts, newest } = follow()
    for (const ms of [100, 200, 400]) {
      newest().error({ code: 1006, reason: '' })
      jest.advanceTimersByTime(ms - 1)
      const before = attempts.length
      jest.advanceTimersByTime(1)
      expect(attempts.length).toBe(before + 1)
    }
    newest().next(at('a'))
    newest().error({ code: 1012, reason: 'The router restarts' })
    jest.advanceTimersByTime(100)
    expect(attempts.map(({ after }) => after)).toEqual([undefined, undefined, undefined, undefined, 'a'])
  })

  it('waits longer where each attempt gets no further than the snapshot', () => {
    const { attempts, newest } = follow()
    for (const ms of [100, 200, 400]) {
      newest().next(at('a', 'GAP'))
      newest().next(at('b', 'SNAPSHOT'))
      newest().error(problem('INTERNAL_SERVER_ERROR'))
      jest.advanceTimersByTime(ms - 1)
      const before = attempts.length
      jest.advanceTimersByTime(1)
      expect(attempts.length).toBe(before + 1)
    }
  })

  it('waits as long as the router says', () => {
    const { attempts, newest } = follow()
    newest().error(problem('RATE_LIMITED', { retryAfter: 3 }))
    jest.advanceTimersByTime(3_099)
    expect(attempts).toHaveLength(1)
    jest.advanceTimersByTime(1)
    expect(attempts).toHaveLength(2)
  })

  it.each([
    ['an error that trying again would not mend', problem('FORBIDDEN'), 'It is FORBIDDEN.'],
    ['a BAD_CURSOR without a cursor', problem('BAD_CURSOR'), 'It is BAD_CURSOR.'],
    ['a message that broke the protocol', { code: 4400, reason: 'Invalid message' }, 'Invalid message'],
  ])('ends with %s, and with the reason', (_, error, message) => {
    const { attempts, seen, newest } = follow()
    newest().error(error)
    jest.runAllTimers()
    expect(seen).toEqual([expect.objectContaining({ message, errors: Array.isArray(error) ? error : [] })])
    expect(seen[0]).toBeInstanceOf(LiveError)
    expect([attempts.length, attempts[0]?.isStopped]).toEqual([1, true])
  })

  it('takes a result without data for the error that it is, as over Server-Sent Events', () => {
    const { attempts, seen, newest } = follow({ after: 'old' })
    const first = newest()
    first.next({ errors: problem('BAD_CURSOR') })
    first.complete()
    jest.runAllTimers()
    expect([attempts.map(({ after }) => after), seen]).toEqual([['old', undefined], ['cut: It is BAD_CURSOR.']])
  })

  it('hears nothing of an attempt that has failed', () => {
    const { seen, newest } = follow()
    const first = newest()
    first.error(new Error('The network is down.'))
    first.next(at('late'))
    first.error(problem('FORBIDDEN'))
    first.complete()
    expect(seen).toEqual(['cut: The network is down.'])
  })

  it('is completed by the server', () => {
    const { seen, newest } = follow()
    newest().complete()
    newest().next(at('late'))
    expect(seen).toEqual(['complete'])
  })

  it('stops at once, also while it waits', () => {
    const { attempts, seen, stop, newest } = follow()
    newest().error({ code: 1006, reason: '' })
    stop()
    jest.runAllTimers()
    expect([attempts.length, seen]).toEqual([1, ['cut: The connection was closed (1006).']])
  })
})
