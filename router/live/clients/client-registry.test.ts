import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { pino } from 'pino'
import { until } from '../../../chassis/testing/until.ts'
import { createClientRegistry } from './client-registry.ts'

type Client = {
  name: string
  busy: boolean
  stubborn: boolean
  broken: boolean
  checks: number
  sentAt: number | null
  isCut: boolean
}

const lines: { msg: string }[] = []
const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
const open: (() => void)[] = []
afterEach(() => {
  jest.restoreAllMocks() // spies on fake timers go before the fake timers
  jest.useRealTimers()
  for (const empty of open.splice(0)) empty()
})

/** A registry of clients that disconnect when they are sent away, unless they are stubborn. */
const registryOf = (count: number, traits: (index: number) => Partial<Client> = () => ({})) => {
  const clients = createClientRegistry<string, Client>(
    {
      check: (client) => {
        client.checks++
        if (client.broken) throw new Error('a bug')
      },
      isBusy: ({ busy }) => busy,
      sendAway: (client) => {
        client.sentAt ??= Date.now()
        if (!client.stubborn) clients.remove(client.name)
      },
      terminate: (client) => {
        client.isCut = true
        clients.remove(client.name)
      },
    },
    log,
  )
  const all = Array.from({ length: count }, (_, index): Client => {
    const rest = {
      busy: false,
      stubborn: false,
      broken: false,
      checks: 0,
      sentAt: null,
      isCut: false,
      ...traits(index),
    }
    return { name: `${index}`, ...rest }
  })
  for (const client of all) clients.add(client.name, client)
  open.push(() => {
    for (const { name } of all) clients.remove(name)
  })
  return { clients, all }
}

describe('the clients of a transport', () => {
  it('are all checked by one timer, which runs only while there are any', async () => {
    jest.useFakeTimers()
    const [setSpy, clearSpy] = [jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'clearInterval')]
    const { clients, all } = registryOf(100)
    expect(setSpy).toHaveBeenCalledTimes(1)
    jest.advanceTimersByTime(2_000)
    expect(all.map(({ checks }) => checks)).toEqual(Array(100).fill(2))
    for (const { name } of all) clients.remove(name)
    expect(clients.size()).toBe(0)
    expect(clearSpy.mock.lastCall?.[0]).toBe(setSpy.mock.results[0]?.value)
    clients.add('new', { ...all[0], checks: 0 } as Client) // there are 100
    jest.advanceTimersByTime(1_000)
    expect(clients.get('new')?.checks).toBe(1)
    clients.remove('new')
    expect(setSpy).toHaveBeenCalledTimes(2)
  })

  it('are each checked, even if the check of one throws: that one is disconnected', () => {
    jest.useFakeTimers()
    const { all } = registryOf(3, (index) => ({ broken: index === 0 }))
    jest.advanceTimersByTime(2_000)
    expect(all.map(({ checks }) => checks)).toEqual([1, 2, 2])
    expect(all.map(({ isCut }) => isCut)).toEqual([true, false, false])
    expect(lines.map(({ msg }) => msg)).toEqual(['a client could not be checked'])
  })

  it('are sent away at different moments, and those that wait for a response last', async () => {
    const { clients, all } = registryOf(50, (index) => ({ busy: index === 0 }))
    // A clock that does not leap, however slow the machine is.
    let now = 0
    jest.spyOn(Date, 'now').mockImplementation(() => now)
    const clock = setInterval(() => now++, 1)
    await clients.drain(200)
    clearInterval(clock)
    const moments = all.map(({ sentAt }) => sentAt ?? 0)
    expect(moments[0]).toBeGreaterThanOrEqual(200)
    expect(new Set(moments).size).toBeGreaterThan(2)
    expect(all.some(({ isCut }) => isCut)).toBe(false)
  })

  it('are disconnected if they do not close', async () => {
    const { clients, all } = registryOf(3, (index) => ({ stubborn: index === 0 }))
    await clients.drain(0)
    expect(all.map(({ isCut }) => isCut)).toEqual([true, false, false])
  })

  it('are not waited for if there are none', async () => {
    await registryOf(0).clients.drain(60_000)
  })

  it('are sent away, too, if they come after all the others have gone', async () => {
    const { clients, all } = registryOf(1)
    await clients.drain(0)
    const late = { ...all[0], name: 'late', sentAt: null } as Client // there is one
    clients.add('late', late)
    await until(() => clients.size() === 0)
    expect(late.sentAt).not.toBeNull()
  })
})
