import { liveSubject } from '../../chassis/live.ts'
import type { Nats } from '../../chassis/nats/connection.ts'

/** The source of the auction's feed `lots`: publishes states, as after a commit, and answers snapshot requests. */
export function startLots(nats: Nats) {
  const states = new Map<string, { revision: number; open: boolean; state: object }>()
  nats.connection.subscribe('snapshot.lots', {
    callback: (_, message) => {
      const { pattern }: { pattern: string } = message.json()
      const found = [...states].filter(([subject]) => subject.startsWith(pattern.replace('*', '')))
      message.respond(JSON.stringify({ states: found.map(([subject, state]) => ({ subject, ...state })), next: null }))
    },
  })
  return {
    /** Publishes the next revision of a user's lot; without `title` that is the revision's number. */
    publish: async (user: string, id: string, { title, open = true }: { title?: string; open?: boolean } = {}) => {
      const subject = liveSubject('lots', user, id)
      const revision = (states.get(subject)?.revision ?? 0) + 1
      const lot = { id, title: title ?? `${revision}`, seller: { id: 'p1' } }
      states.set(subject, { revision, open, state: { lot } })
      await nats.jetstream.publish(subject, JSON.stringify(states.get(subject)))
    },
    forget: () => states.clear(),
  }
}
