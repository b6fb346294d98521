import { type Client, CloseCode, createClient } from 'graphql-ws'
import { type Hooks, resuming, type Subscribe, type Transport } from './resume.ts'

/**
 * The app's access token; null while nobody is signed in. It is called for each connection; `isRefused` says that the last
 * token was refused, has expired or has been revoked, so that another one is needed. If it throws, it is called again later.
 */
export type Token = (isRefused: boolean) => Promise<string | null>

export type LiveOptions = Hooks & {
  /** `ws://…/graphql`; a function is called for each connection, for instance to try the next router. */
  url: string | (() => string)
  token: Token
  /** Needed where there is no global WebSocket, as on Node 20: `WebSocket` of the package ws. */
  webSocketImpl?: new (
    ...args: never[]
  ) => { addEventListener(event: 'error', listener: () => void): void }
}

/** Subscriptions over one WebSocket, which is open while there are any. `dispose` ends all. */
export type LiveClient = { subscribe: Subscribe; dispose(): void }

/** Pings detect a dead network or a frozen server, of which no close event tells. */
const PING = { intervalMs: 10_000, timeoutMs: 5_000 }

/** Creates a client whose subscriptions survive cuts, restarts of routers, and the ends of tokens (`resuming`). */
export function createLiveClient({ url, token, webSocketImpl, ...hooks }: LiveOptions): LiveClient {
  let isRefused = false
  let client: Client | null = null
  /** A client for each connection, because events of one that still closes would end the next one's subscriptions. */
  const connect = () => {
    let wasOpened = false
    const next = createClient({
      url,
      webSocketImpl: webSocketImpl && survivingErrors(webSocketImpl),
      connectionParams: async () => {
        // graphql-ws would begin with the first variables again, without the cursor: after a close by 1000, whatever its options.
        if (wasOpened) throw new Error('The server has closed the connection.')
        wasOpened = true
        const current = await token(isRefused)
        isRefused = false
        return current === null ? {} : { authorization: `Bearer ${current}` }
      },
      retryAttempts: 0, // for the same reason
      keepAlive: PING.intervalMs,
    })
    const ended = (error: unknown) => {
      isRefused ||= (error as { code?: number }).code === CloseCode.Forbidden // a CloseEvent, or an error
      if (client === next) client = null
    }
    next.on('closed', ended)
    next.on('error', ended)
    closeOnSilence(next)
    return next
  }
  const transport: Transport = {
    subscribe: (request, sink) => {
      client ??= connect()
      return (client as Transport).subscribe(request, sink) // Its results are `LiveResult`s, and errors are read with care.
    },
  }
  const subscribe = resuming(transport, hooks)
  const running = new Set<() => void>()
  return {
    subscribe: (request, sink) => {
      const ended = () => {
        running.delete(stop)
        // The next one may be somebody else's, and the connection keeps its token until it has closed.
        if (running.size === 0) client = null
      }
      const stop = subscribe(request, {
        next: (result) => sink.next(result),
        error: (error) => {
          ended()
          sink.error(error)
        },
        complete: () => {
          ended()
          sink.complete()
        },
      })
      running.add(stop)
      return () => {
        ended()
        stop()
      }
    },
    dispose: () => {
      for (const stop of running) stop()
      running.clear()
      client?.terminate()
    },
  }
}

/**
 * The same WebSocket, with a listener for errors that stays: a connection that is ended while it opens reports an error, which ends
 * the process if nobody listens (ws), and graphql-ws no longer does then.
 */
const survivingErrors = <Impl extends NonNullable<LiveOptions['webSocketImpl']>>(impl: Impl): Impl =>
  new Proxy(impl, {
    construct: (target, args: never[]) => {
      const socket = new target(...args)
      socket.addEventListener('error', () => {})
      return socket
    },
  })

/** Closes the connection if a ping, or connecting, gets no answer in time. */
function closeOnSilence(client: Client): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = () => clearTimeout(timer)
  const expectAnswer = () => {
    clear()
    timer = setTimeout(() => client.terminate(), PING.timeoutMs)
  }
  client.on('connecting', expectAnswer)
  client.on('ping', (received) => {
    if (!received) expectAnswer()
  })
  for (const event of ['connected', 'pong', 'closed', 'error'] as const) client.on(event, clear)
}
