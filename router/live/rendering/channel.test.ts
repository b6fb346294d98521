import { beforeEach, describe, expect, it } from '@jest/globals'
import type { CursorPosition } from '../delivery/cursor.ts'
import type { Resume, Update } from '../types.ts'
import { type ChannelOptions, createChannels, leaveChannel, textOf } from './channel.ts'

let channels: ReturnType<typeof createChannels>
let now: number
let opened: number
let rendered: string[]
beforeEach(() => {
  now = 0
  opened = 0
  rendered = []
  channels = createChannels(() => now)
})

const change = (
  revision: number,
  resume: Resume = revision,
  entity = 'e1',
  kind: 'CHANGE' | 'SNAPSHOT' = 'CHANGE',
): Update => {
  const entry = { subject: `live.things.${entity}`, entity, sequence: revision, revision, open: true, state: {} }
  return { kind, entry, resume }
}
const render = ({ kind, entry }: Update, cursor: string) => {
  const text = `${kind} ${entry?.entity} ${entry?.revision} ${cursor}`
  rendered.push(text)
  return text
}
const cursorOf = ({ created, sequence }: CursorPosition) => `${created}${sequence}`
const join = (key = 'one', open: ChannelOptions = { render, cursorOf }) => {
  const member = channels.join(key, () => {
    opened++
    return open
  })
  return {
    textOf: (update: Update, created = 'c') => textOf(member, update, created),
    leave: () => leaveChannel(member),
  }
}
/** Renders asynchronously, as with a fetch. */
const asynchronous = () => ({ render: async (update: Update, cursor: string) => render(update, cursor), cursorOf })

describe('a channel', () => {
  it('renders an update once for all its members, also if each got its own copy', () => {
    const [one, other] = [join(), join()]
    const update = change(1)
    expect(one.textOf(update)).toBe('CHANGE e1 1 c1')
    expect(other.textOf(update)).toBe('CHANGE e1 1 c1')
    expect(one.textOf(change(2))).toBe('CHANGE e1 2 c2')
    expect(other.textOf(change(2))).toBe('CHANGE e1 2 c2')
    expect([opened, rendered.length]).toEqual([1, 2])
  })

  it('distinguishes updates by entity, revision, kind and cursor', () => {
    const [one] = [join(), join()]
    const gap: Update = { kind: 'GAP', entry: null, resume: 1 }
    const updates = [change(1), change(2, 1), change(1, null), change(1, 1, 'e2'), change(1, 1, 'e1', 'SNAPSHOT'), gap]
    expect(updates.map((update) => one.textOf(update))).toEqual([
      'CHANGE e1 1 c1',
      'CHANGE e1 2 c1',
      'CHANGE e1 1 cnull',
      'CHANGE e2 1 c1',
      'SNAPSHOT e1 1 c1',
      'GAP undefined undefined c1',
    ])
    expect(one.textOf(change(1), 'another incarnation ')).toBe('CHANGE e1 1 another incarnation 1')
  })

  it('fetches once for all current members, and again for later ones', async () => {
    const [one, other] = [join('one', asynchronous()), join('one', asynchronous())]
    expect(one.textOf(change(1))).toBe(other.textOf(change(1)))
    now = 2_000
    await other.textOf(change(1))
    expect(rendered).toHaveLength(2)
  })

  it('keeps a bounded number of texts', () => {
    const [one, other] = [join(), join()]
    for (let revision = 1; revision <= 1_000; revision++) one.textOf(change(revision))
    other.textOf(change(1_000))
    expect(rendered).toHaveLength(1_000)
    other.textOf(change(1))
    expect(rendered).toHaveLength(1_001)
  })

  it('is not shared with others, and is removed with its last member', () => {
    const [one, other, third] = [join(), join(), join('other')]
    expect([opened, channels.size()]).toEqual([2, 2])
    one.leave()
    one.leave()
    expect(channels.size()).toBe(2)
    other.leave()
    third.leave()
    expect(channels.size()).toBe(0)
    join()
    expect(opened).toBe(3)
  })
})
