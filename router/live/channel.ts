import { leastRecentlyUsed } from '../least-recently-used.ts'
import type { Place } from './cursor.ts'
import type { Render } from './render.ts'
import type { Update } from './types.ts'

/**
 * One subscriber's share in the updates of a channel; `leave` gives it back. `created` is the life of the stream in which
 * the update's `resume` holds.
 */
export type Channel = { textOf: (update: Update, created: string) => string | Promise<string>; leave(): void }

/** Who asks for the same with the same rights shares a channel; it is there for as long as somebody is in it. */
export type Channels = { join(key: string, make: () => Open): Channel; size(): number }

/** How a channel tells updates, and what its cursors look like. */
export type Open = { render: Render; cursorOf: (place: Place) => string }

/** Texts that a channel of several keeps for those who are behind the first. */
const TEXTS_KEPT = 16
/** What was fetched for an update shows the present: those who come to it later are to see theirs. */
const FETCHED_KEPT_MS = 1_000

/** Makes the channels of one router. `now`: ms. */
export function createChannels(now: () => number = Date.now): Channels {
  const channels = new Map<string, ReturnType<typeof open>>()

  const join = (key: string, make: () => Open): Channel => {
    const channel = channels.get(key) ?? open(make(), now)
    channels.set(key, channel)
    channel.enter()
    let isIn = true
    const leave = () => {
      if (isIn && channel.leave() === 0) channels.delete(key)
      isIn = false
    }
    return { textOf: channel.textOf, leave }
  }
  return { join, size: () => channels.size }
}

type Told = { text: string | Promise<string>; until: number }

function open({ render, cursorOf }: Open, now: () => number) {
  let members = 0
  let texts: ReturnType<typeof leastRecentlyUsed<Told>> | null = null
  // All are told of a new update one right after the other.
  let last: { update: Update; created: string; told: Told } | null = null

  const textOf = (update: Update, created: string) => {
    const make = () => render(update, cursorOf({ created, sequence: update.resume }))
    if (members < 2) return make()
    if (last && isSame(last.update, update) && last.created === created && last.told.until > now())
      return last.told.text
    texts ??= leastRecentlyUsed<Told>(TEXTS_KEPT)
    const key = keyOf(update, created)
    const known = texts.get(key)
    const told = known && known.until > now() ? known : tell(make())
    texts.set(key, told)
    last = { update, created, told }
    return told.text
  }
  const tell = (text: string | Promise<string>): Told => ({
    text,
    until: typeof text === 'string' ? Number.POSITIVE_INFINITY : now() + FETCHED_KEPT_MS,
  })
  const leave = () => {
    members -= 1
    if (members < 2) last = texts = null
    return members
  }
  return {
    textOf,
    leave,
    enter: () => {
      members += 1
    },
  }
}

const isSame = (one: Update, other: Update) =>
  one.entry === other.entry && one.kind === other.kind && one.resume === other.resume

/** An entity's state at a revision is the same wherever it came from. */
const keyOf = ({ kind, entry, resume }: Update, created: string) =>
  `${kind} ${resume} ${created} ${entry?.revision} ${entry?.subject}`
