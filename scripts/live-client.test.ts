import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { fakeOnly } from '../chassis/testing/fake-only.ts'
import { until } from '../chassis/testing/until.ts'
import { type Feed, followFeed, type LiveUpdate, Refused } from './live-client.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  jest.useRealTimers()
  for (const each of open.splice(0).reverse()) await each.close()
})

type Payload = { authorization?: string; variables?: { after?: string } }
/** One connection as the router sees it: what the client said, and how to answer. */
type Connection = {
  socket: WebSocket
  token: string | undefined
  after: string | undefined
  tell(kind: LiveUpdate['kind'], cursor: string): void
  refuse(code: string): void
}

/** A router that says yes to every client, then does as `script` says with its `n`th one's subscription. */
async function fakeRouter(script: (connection: Connection, n: number) => void, answersPings = true) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols })
  const connections: Connection[] = []
  let arrived = 0
  server.on('connection', (socket) => {
    const n = arrived++
    let token: string | undefined
    socket.on('message', (text) => {
      const { id, type, payload } = JSON.parse(String(text)) as { id: string; type: string; payload?: Payload }
      const say = (message: object) => socket.send(JSON.stringify(message))
      if (type === 'connection_init') {
        token = payload?.authorization
        say({ type: 'connection_ack' })
      }
      if (type === 'ping' && answersPings) say({ type: 'pong' })
      if (type !== 'subscribe') return
      const connection: Connection = {
        ...{ socket, token, after: payload?.variables?.after },
        tell: (kind, cursor) => say({ id, type: 'next', payload: { data: { pageUpdated: { kind, cursor } } } }),
        refuse: (code) => say({ id, type: 'error', payload: [{ message: `refused: ${code}`, extensions: { code } }] }),
      }
      connections.push(connection)
      script(connection, n)
    })
  })
  await once(server, 'listening')
  const { port } = server.address() as { port: number } // it listens
  const close = () => {
    for (const client of server.clients) client.terminate()
    return new Promise((resolve) => server.close(resolve))
  }
  open.push({ close })
  return { url: `ws://127.0.0.1:${port}`, connections }
}

/** An app that follows; it is stopped at the end of the test. */
function follows(urls: string[], rest: Partial<Feed<object>> = {}) {
  const over = new AbortController()
  const told: string[] = []
  const cuts: string[] = []
  const feed: Feed<object> = {
    ...{
      urls,
      token: async () => 'good',
      query: 'subscription ($after: LiveCursor) { pageUpdated(after: $after) { kind } }',
    },
    update: ({ kind, cursor }) => told.push(`${kind} ${cursor}`),
    disconnected: (reason) => cuts.push(reason),
    ...rest,
  }
  const ended = followFeed(feed, over.signal)
  const stop = async () => {
    over.abort()
    await ended
  }
  open.push({ close: () => stop().catch(() => {}) })
  return { told, cuts, ended, stop }
}

/** A first retry waits less than this. */
const MAX_FIRST_WAIT_MS = 100

/** Only timers of the client: sockets, and the tests' own waiting, go on by the real clock. */
const fakeTimers = () => fakeOnly('setTimeout', 'clearTimeout', 'setInterval', 'clearInterval')

describe('followFeed', () => {
  it('resumes after the last update, on the next router, however the connection was lost', async () => {
    const first = await fakeRouter(({ tell, socket }) => {
      tell('SNAPSHOT', 'a')
      tell('CHANGE', 'b')
      setImmediate(() => socket.terminate())
    })
    const second = await fakeRouter(({ tell, socket }, n) => {
      tell('CHANGE', `c${n}`)
      if (n === 0) setImmediate(() => socket.close(1012, 'The router restarts'))
    })
    const { told, cuts } = follows([first.url, second.url])
    await until(() => second.connections.length === 2)
    expect([...first.connections, ...second.connections].map(({ after }) => after)).toEqual([undefined, 'c0', 'b', 'b'])
    await until(() => told.includes('CHANGE c1'))
    expect(told).toEqual(['SNAPSHOT a', 'CHANGE b', 'CHANGE c0', 'SNAPSHOT a', 'CHANGE b', 'CHANGE c1'])
    expect(cuts).toContain('The router restarts')
  })

  it('starts after a given cursor', async () => {
    const router = await fakeRouter(() => {})
    follows([router.url], { after: 'kept' })
    await until(() => router.connections.length)
    expect(router.connections[0]?.after).toBe('kept')
  })

  it('skips a router that is not running', async () => {
    const gone = await fakeRouter(() => {})
    await open.pop()?.close()
    const router = await fakeRouter(({ tell }) => tell('SNAPSHOT', 'a'))
    const { told } = follows([gone.url, router.url])
    await until(() => told.length)
    expect(told).toEqual(['SNAPSHOT a'])
  })

  it('reconnects with a new token when the old one has expired', async () => {
    const router = await fakeRouter(({ tell, socket }, n) => {
      tell('CHANGE', `${n}`)
      if (n === 0) socket.close(4403, 'The token has expired.')
    })
    const tokens = ['old', 'new']
    const { told, cuts } = follows([router.url], { token: async () => tokens.shift() ?? 'none' })
    await until(() => told.length === 2)
    expect(router.connections.map(({ token, after }) => [token, after])).toEqual([
      ['Bearer old', undefined],
      ['Bearer new', '0'],
    ])
    expect(cuts).toEqual(['The token has expired.'])
  })

  it('retries when no token is available for the moment', async () => {
    const router = await fakeRouter(({ tell }) => tell('SNAPSHOT', 'a'))
    let asked = 0
    const token = async () => {
      if (asked++ === 0) throw new Error('the issuer is away')
      return 'good'
    }
    const { told, cuts } = follows([router.url], { token })
    await until(() => told.length)
    expect(cuts).toEqual(['the issuer is away'])
  })

  it('throws when the server refuses, and does not retry', async () => {
    const router = await fakeRouter(({ refuse }) => refuse('FORBIDDEN'))
    const { ended, cuts } = follows([router.url])
    await expect(ended).rejects.toThrow(new Refused('refused: FORBIDDEN'))
    expect([router.connections.length, cuts]).toEqual([1, []])
  })

  it('throws when no token can be had, and does not retry', async () => {
    const router = await fakeRouter(() => {})
    const token = async () => {
      throw new Refused('nobody has that name')
    }
    const { ended, cuts } = follows([router.url], { token })
    await expect(ended).rejects.toThrow(new Refused('nobody has that name'))
    expect([router.connections.length, cuts]).toEqual([0, []])
  })

  it('starts again without a cursor that is no longer valid', async () => {
    const router = await fakeRouter(({ refuse, tell, after }) =>
      after === 'old' ? refuse('BAD_CURSOR') : tell('GAP', 'a'),
    )
    const { told, cuts } = follows([router.url], { after: 'old' })
    await until(() => told.length === 1)
    expect([told, cuts]).toEqual([['GAP a'], ['refused: BAD_CURSOR']])
  })

  it('retries after a transient refusal', async () => {
    const router = await fakeRouter(({ refuse, tell }, n) => (n === 0 ? refuse('RATE_LIMITED') : tell('SNAPSHOT', 'a')))
    const { told } = follows([router.url])
    await until(() => told.length)
  })

  it('closes a connection whose ping gets no answer, and resumes on the next router', async () => {
    fakeTimers()
    const silent = await fakeRouter(({ tell }) => tell('SNAPSHOT', 'a'), false)
    const other = await fakeRouter(() => {})
    const { told } = follows([silent.url, other.url])
    await until(() => told.length)
    await jest.advanceTimersByTimeAsync(14_999)
    expect(other.connections).toEqual([])
    await jest.advanceTimersByTimeAsync(1 + MAX_FIRST_WAIT_MS)
    await until(() => other.connections.length)
    expect(other.connections[0]?.after).toBe('a')
  })

  it('keeps a quiet connection that answers its pings', async () => {
    fakeTimers()
    const router = await fakeRouter(({ tell }) => tell('SNAPSHOT', 'a'))
    const { told, cuts } = follows([router.url])
    await until(() => told.length)
    let pongs = 0
    router.connections[0]?.socket.on('message', () => (pongs += 1))
    for (let n = 1; n <= 3; n++) {
      await jest.advanceTimersByTimeAsync(10_000)
      await until(() => pongs === n)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect([router.connections.length, cuts]).toEqual([1, []])
  })

  it('does not wait for a frozen router, which accepts connections but sends nothing', async () => {
    fakeTimers()
    const sockets: Socket[] = []
    const frozen = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(frozen, 'listening')
    open.push({
      close: () => {
        for (const socket of sockets) socket.destroy()
        frozen.close()
      },
    })
    const other = await fakeRouter(({ tell }) => tell('SNAPSHOT', 'a'))
    const { port } = frozen.address() as { port: number } // it listens
    const { told } = follows([`ws://127.0.0.1:${port}`, other.url])
    await until(() => sockets.length)
    await jest.advanceTimersByTimeAsync(5_000 + MAX_FIRST_WAIT_MS)
    await until(() => told.length)
  })

  it('ends on the signal, even while it waits for a token', async () => {
    const router = await fakeRouter(({ tell }) => tell('SNAPSHOT', 'a'))
    const token = Promise.withResolvers<string>()
    const { stop } = follows([router.url], { token: () => token.promise })
    const stopped = stop()
    token.resolve('late')
    await stopped
    const { told, stop: stopLater } = follows([router.url])
    await until(() => told.length)
    await stopLater()
    await until(() => router.connections[0]?.socket.readyState === 3)
    expect(router.connections).toHaveLength(1)
  })
})
