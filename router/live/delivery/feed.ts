import { detached } from '../../../chassis/detached.ts'
import type { Logger } from '../../../chassis/log.ts'
import { connectNats } from '../../../chassis/nats/connection.ts'
import { liveSource } from '../../../chassis/nats/live.ts'
import { createFollowing, type Following } from './context.ts'
import { liveHub } from './hub.ts'

/**
 * Hears the stream LIVE for all subscribers of this process. It does not wait for NATS: until that is there, subscribers
 * wait too.
 */
export function openFeed(natsUrl: string, log: Logger): { following: Following; close(): Promise<void> } {
  const hub = liveHub(log)
  let isConnected = false
  const connected = connectNats(natsUrl, 'router').then((nats) => {
    isConnected = true
    const source = liveSource(nats, log)
    return { nats, source, heard: source.follow(hub.follower) }
  })
  // Left to those who read LIVE alone, a failure would be nobody's while there are none.
  detached(() => connected, { log, what: 'NATS can never be joined: there are no live updates' })
  const source: Following['source'] = {
    state: async () => (await connected).source.state(),
    latest: async (...read) => (await connected).source.latest(...read),
    since: async (...read) => (await connected).source.since(...read),
    ask: async (...read) => (await connected).source.ask(...read),
  }
  const end = async () => {
    const { nats, heard } = await connected
    await heard.stop()
    await nats.end()
  }
  return {
    following: createFollowing({ hub, source, log }),
    close: async () => {
      // Where NATS was never there it may take for ever, and the process ends without it.
      if (isConnected) await end()
      else detached(end, { log, what: 'NATS could not be left' })
    },
  }
}
