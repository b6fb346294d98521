import { leastRecentlyUsed } from '../../../chassis/least-recently-used.ts'
import type { CursorPosition } from '../delivery/cursor.ts'
import type { Update } from '../types.ts'
import type { Render } from './render.ts'

/**
 * Renders the updates of equal operations once for all its members. It is plain data, because thousands of subscribers
 * have a channel of their own.
 */
type Channel = ChannelOptions & {
  key: string
  members: number
  texts: ReturnType<typeof leastRecentlyUsed<RenderedText>> | null
  /** The last text, which is mostly the one needed, because members get a new update right after each other. */
  last: { update: Update; created: string; rendered: RenderedText } | null
  registry: Registry
}

/** The channels of one supergraph by their keys. `now` is in milliseconds. */
type Registry = { channels: Map<string, Channel>; now: () => number }

/** One subscriber's membership; `channel` is null after it has left. */
export type Member = { channel: Channel | null }

/** How a channel renders updates and writes cursors. */
export type ChannelOptions = { render: Render; cursorOf: (position: CursorPosition) => string }

/** Texts that a channel with several members keeps for those that are behind. */
const MAX_TEXTS = 16
/** Fetched fields show the state at the time of the fetch, so members that come later need a new fetch. */
const FETCHED_MAX_AGE_MS = 1_000

type RenderedText = { text: string | Promise<string>; until: number }

/** Creates the channels of one supergraph. `now` is in milliseconds. */
export function createChannels(now: () => number = Date.now) {
  const registry: Registry = { channels: new Map(), now }
  return {
    /** Joins the channel of this key, which exists as long as it has members. `create` is called for the first one. */
    join: (key: string, create: () => ChannelOptions): Member => {
      const channel = registry.channels.get(key) ?? { ...create(), key, members: 0, texts: null, last: null, registry }
      registry.channels.set(key, channel)
      channel.members += 1
      return { channel }
    },
    size: () => registry.channels.size,
  }
}

export function leaveChannel(member: Member): void {
  const { channel } = member
  if (!channel) return
  member.channel = null
  channel.members -= 1
  if (channel.members < 2) channel.last = channel.texts = null
  if (channel.members === 0) channel.registry.channels.delete(channel.key)
}

/** The text of an update for a member. `created` identifies the stream incarnation to which `update.resume` belongs. */
export function textOf({ channel }: Member, update: Update, created: string): string | Promise<string> {
  if (!channel) throw new Error('A subscriber that has left its channel gets no more updates.')
  const { render, cursorOf, last } = channel
  const renderNow = () => render(update, cursorOf({ created, sequence: update.resume }))
  if (channel.members < 2) return renderNow()
  const now = channel.registry.now()
  if (last && isSame(last.update, update) && last.created === created && last.rendered.until > now)
    return last.rendered.text
  channel.texts ??= leastRecentlyUsed<RenderedText>(MAX_TEXTS)
  const key = keyOf(update, created)
  const known = channel.texts.get(key)
  const rendered = known && known.until > now ? known : toRenderedText(renderNow(), now)
  channel.texts.set(key, rendered)
  channel.last = { update, created, rendered }
  return rendered.text
}

const toRenderedText = (text: string | Promise<string>, now: number): RenderedText => ({
  text,
  until: typeof text === 'string' ? Number.POSITIVE_INFINITY : now + FETCHED_MAX_AGE_MS,
})

const isSame = (one: Update, other: Update) =>
  one.entry === other.entry && one.kind === other.kind && one.resume === other.resume

/** Equal revisions of an entity have equal states, so the state is not part of the key. */
const keyOf = ({ kind, entry, resume }: Update, created: string) =>
  `${kind} ${resume} ${created} ${entry?.revision} ${entry?.subject}`
