import type { ServerResponse } from 'node:http'

/** In bytes: what one client may leave unread on all its connections, unless it is one answer; and what all may. */
export type UnreadLimits = { each: number; all: number }

/** Sends answers, and limits the memory for those that clients do not read. */
export type UnreadAnswers = {
  /** Ends the response with this body. `client`: the user or address that it counts against. */
  end(response: ServerResponse, client: string, body: string | Buffer): void
}

/** A client that reads nothing for this time is disconnected, as on live connections. */
const STALLED_MS = 30_000

/**
 * Counts what the kernel has not taken of each answer. A client that leaves too much unread is disconnected where more would be
 * added. If all clients together do, the one that leaves most loses its oldest answer.
 */
export function createUnreadAnswers({ each, all }: UnreadLimits, stalledMs = STALLED_MS): UnreadAnswers {
  const unread = new Map<string, Map<ServerResponse, number>>()
  let total = 0

  const bytesOf = (client: string) =>
    unread
      .get(client)
      ?.values()
      .reduce((sum, bytes) => sum + bytes, 0) ?? 0
  const release = (client: string, response: ServerResponse) => {
    const answers = unread.get(client)
    total -= answers?.get(response) ?? 0
    answers?.delete(response)
    if (answers?.size === 0) unread.delete(client)
  }
  /** Returns whether the client has left others unread. */
  const hold = (client: string, response: ServerResponse, bytes: number): boolean => {
    const answers = unread.get(client) ?? new Map<ServerResponse, number>()
    unread.set(client, answers.set(response, bytes))
    total += bytes
    response.once('close', () => release(client, response))
    response.setTimeout(stalledMs, () => response.destroy())
    return answers.size > 1
  }
  const cut = (client: string, response: ServerResponse) => {
    release(client, response)
    response.destroy()
  }
  const cutMost = () => {
    const most = [...unread.keys()].reduce((one, other) => (bytesOf(other) > bytesOf(one) ? other : one))
    const [oldest] = unread.get(most)?.keys() ?? []
    if (oldest) cut(most, oldest)
  }

  return {
    end: (response, client, body) => {
      response.end(body)
      const bytes = response.writableLength
      if (bytes === 0) return // The kernel has taken all of it, which is usual.
      // Even a client that reads at once could otherwise never get an answer of more than `each`.
      const hasOthers = hold(client, response, bytes)
      if (hasOthers && bytesOf(client) > each) cut(client, response)
      while (total > all) cutMost()
    },
  }
}
