import { describe, expect, it } from '@jest/globals'
import type { AuditEvent } from './event.ts'
import { createRepeats } from './repeats.ts'

const START = new Date('2026-01-01T00:00:00Z')

function rig() {
  const events: AuditEvent[] = []
  const repeats = createRepeats(
    (event) => void events.push(event),
    () => START,
  )
  const times = (count: number, event: AuditEvent) => {
    for (let n = 0; n < count; n++) repeats.record({ ...event, ...(event.requestId && { requestId: `request-${n}` }) })
  }
  return { events, repeats, times }
}

const refused: AuditEvent = {
  event: 'authentication',
  who: 'address 192.0.2.1',
  outcome: 'UNAUTHENTICATED',
  reason: 'expired',
  requestId: 'request-0',
}
const command: AuditEvent = {
  event: 'command',
  who: 'user lee',
  outcome: 'NotFound',
  fields: ['payOrder'],
  on: ['1'],
  requestId: 'request-0',
}

describe('events that repeat', () => {
  it('are recorded once for an address, at once, and as their number at the end of the minute', () => {
    const { events, repeats, times } = rig()
    times(1_000, refused)
    expect(events).toEqual([refused])
    repeats.endWindow()
    const { requestId: _, ...kind } = refused
    expect(events.slice(1)).toEqual([{ ...kind, count: 999, since: START.toISOString() }])
    times(1, refused)
    repeats.close()
    expect(events.slice(2)).toEqual([refused])
  })

  it('are recorded sixty times for a user, each with its own request and ids, and then as their number', () => {
    const { events, repeats, times } = rig()
    times(100, command)
    expect(events).toHaveLength(60)
    expect(events[59]).toEqual({ ...command, requestId: 'request-59' })
    repeats.close()
    const { requestId: _, on: __, ...kind } = command
    expect(events.slice(60)).toEqual([{ ...kind, count: 40, since: START.toISOString() }])
  })

  it('are told apart by who, outcome, reason and fields, not by what a client can choose freely', () => {
    const { events, repeats } = rig()
    repeats.record(refused)
    repeats.record({ ...refused, who: 'address 192.0.2.2' })
    repeats.record({ ...refused, reason: 'forged' })
    repeats.record({ ...refused, outcome: 'RATE_LIMITED' })
    repeats.record({ ...refused, fields: ['payOrder'] })
    expect(events).toHaveLength(5)
    for (let n = 0; n < 100; n++)
      repeats.record({ ...refused, operation: `a${n}`, hash: `h${n}`, on: [`${n}`], results: [`${n}`] })
    expect(events).toHaveLength(5)
    repeats.close()
    expect(events.slice(5)).toMatchObject([{ count: 100 }])
  })

  it('of ten thousand addresses are 200 events and their number', () => {
    const { events, repeats } = rig()
    for (let n = 0; n < 10_000; n++) repeats.record({ ...refused, who: `address 2001:db8:${n}::/64` })
    for (let n = 0; n < 50; n++) repeats.record({ ...refused, who: 'address 2001:db8:0::/64' })
    expect(events).toHaveLength(200)
    repeats.close()
    expect(events.slice(200)).toMatchObject([
      { who: 'address 2001:db8:0::/64', count: 50 },
      { who: 'others', count: 9_800 },
    ])
  })

  it('of a user are recorded however many addresses there are', () => {
    const { events, repeats } = rig()
    for (let n = 0; n < 10_000; n++) repeats.record({ ...refused, who: `address 2001:db8:${n}::/64` })
    repeats.record(command)
    expect(events.at(-1)).toEqual(command)
    repeats.close()
  })
})
