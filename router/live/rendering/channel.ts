import { leastRecentlyUsed } from '../../least-recently-used.ts'
import type { Place } from '../delivery/cursor.ts'
import type { Update } from '../types.ts'
import type { Render } from './render.ts'

/** Where an operation's updates are told, and to how many: thousands have one of their own, so it is data only. */
type Channel = Open & {
  key: string
  members: number
  texts: ReturnType<typeof leastRecentlyUsed<Told>> | null
  /** All are told of a new update one right after the other. */
  last: { update: Update; created: string; told: Told } | null
  home: Home
}

/** One router's channels by their keys; `now`: ms. */
type Home = { channels: Map<string, Channel>; now: () => number }

/** One subscriber's share in a channel; null once it has left. */
export type Member = { channel: Channel | null }

/** How a channel tells updates, and what its cursors look like. */
export type Open = { render: Render; cursorOf: (place: Place) => string }

/** Texts that a channel of several keeps for those who are behind the first. */
const TEXTS_KEPT = 16
/** What was fetched for an update shows the present: those who come to it later are to see theirs. */
const FETCHED_KEPT_MS = 1_000

type Told = { text: string | Promise<string>; until: number }

/** Makes the channels of one router. `now`: ms. */
export function createChannels(now: () => number = Date.now) {
  const home: Home = { channels: new Map(), now }
  return {
    /** Who asks for the same with the same rights shares a channel; it is there for as long as somebody is in it. */
    join: (key: string, make: () => Open): Member => {
      const channel = home.channels.get(key) ?? { ...make(), key, members: 0, texts: null, last: null, home }
      home.channels.set(key, channel)
      channel.members += 1
      return { channel }
    },
    size: () => home.channels.size,
  }
}

export function leave(member: Member): void {
  const { channel } = member
  if (!channel) return
  member.channel = null
  channel.members -= 1
  if (channel.members < 2) channel.last = channel.texts = null
  if (channel.members === 0) channel.home.channels.delete(channel.key)
}

/** The text that tells a member an update. `created` is the life of the stream in which the update's `resume` holds. */
export function textOf({ channel }: Member, update: Update, created: string): string | Promise<string> {
  if (!channel) throw new Error('Who has left a channel is told nothing there.')
  const { render, cursorOf, last } = channel
  const make = () => render(update, cursorOf({ created, sequence: update.resume }))
  if (channel.members < 2) return make()
  const now = channel.home.now()
  if (last && isSame(last.update, update) && last.created === created && last.told.until > now) return last.told.text
  channel.texts ??= leastRecentlyUsed<Told>(TEXTS_KEPT)
  const key = keyOf(update, created)
  const known = channel.texts.get(key)
  const told = known && known.until > now ? known : tell(make(), now)
  channel.texts.set(key, told)
  channel.last = { update, created, told }
  return told.text
}

const tell = (text: string | Promise<string>, now: number): Told => ({
  text,
  until: typeof text === 'string' ? Number.POSITIVE_INFINITY : now + FETCHED_KEPT_MS,
})

const isSame = (one: Update, other: Update) =>
  one.entry === other.entry && one.kind === other.kind && one.resume === other.resume

/** An entity's state at a revision is the same wherever it came from. */
const keyOf = ({ kind, entry, resume }: Update, created: string) =>
  `${kind} ${resume} ${created} ${entry?.revision} ${entry?.subject}`
