import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { type Handler, type Need, NoRoom, readBody, refuseUpgrade, sendJson, type Upgrade } from './http.ts'
import { endAll, get, type Listening, logged, sendRaw, serve } from './testing/http-rig.ts'
import { until } from './testing/until.ts'

afterEach(async () => {
  jest.useRealTimers()
  await endAll()
})

describe('a server', () => {
  it('routes by exact path, ignoring the query string; else to the fallback, else 404', async () => {
    const routes = { '/one': ((_, response) => sendJson(response, 200, { one: 1 })) as Handler }
    const server = await serve({ routes })
    expect(await get(server, '/one?x=/two')).toEqual({ status: 200, body: { one: 1 } })
    expect(await get(server, '/health')).toEqual({ status: 200, body: { alive: true } })
    for (const path of ['/', '/one/', '/One', '//one', '/toString']) expect((await get(server, path)).status).toBe(404)
    const caught = await serve({ routes, fallback: (_, response) => sendJson(response, 200, { fallback: true }) })
    expect(await get(caught, '/other')).toEqual({ status: 200, body: { fallback: true } })
  })

  it.each([
    ['http://shop.example/here', 'here'],
    ['HTTP://shop.example:81/here?it=is', 'here'],
    ['http://shop.example', 'root'],
    ['http://shop.example?/here', 'root'],
    ['//here', 'elsewhere'],
  ])('takes the path from a request target in absolute form (RFC 9112, 3.2.2): %s', async (target, expected) => {
    const named =
      (name: string): Handler =>
      (_, response) =>
        sendJson(response, 200, name)
    const server = await serve({ routes: { '/here': named('here'), '/': named('root') }, fallback: named('elsewhere') })
    const connection = sendRaw(server, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    await until(() => connection.isClosed)
    expect(connection.received).toMatch(new RegExp(`200 OK[^]*"${expected}"$`))
  })

  it('does not reveal internal errors', async () => {
    const failing: Handler = async () => {
      throw new Error('password=secret')
    }
    const { log, lines } = logged()
    const server = await serve({ routes: { '/failing': failing }, log })
    expect(await get(server, '/failing')).toEqual({ status: 500, body: { error: 'Something went wrong here.' } })
    expect(lines).toMatchObject([{ msg: 'a request failed', err: { message: 'password=secret' } }])
  })

  it('closes a connection whose upgrade failed, and goes on', async () => {
    const failing: Upgrade = () => {
      throw new Error('a bug')
    }
    const { log, lines } = logged()
    const server = await serve({ upgrades: { '/ws': failing }, log })
    const request = 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const connection = sendRaw(server, request)
    await until(() => connection.isClosed)
    expect(lines).toMatchObject([{ msg: 'a connection could not be upgraded', err: { message: 'a bug' } }])
    expect((await get(server, '/health')).status).toBe(200)
  })

  it('destroys a response that failed half-way, and goes on', async () => {
    const failing: Handler = async (_, response) => {
      response.write('half')
      throw new Error('failed')
    }
    const server = await serve({ routes: { '/failing': failing } })
    await expect(get(server, '/failing')).rejects.toThrow()
    expect((await get(server, '/health')).status).toBe(200)
  })
})

describe('readiness', () => {
  const here: Need = { name: 'here', required: true, check: async () => {} }
  const gone = (required: boolean): Need => ({
    name: 'database',
    required,
    check: () => Promise.reject(new Error('is away')),
  })

  it('requires every required dependency, and lists the missing ones', async () => {
    expect(await get(await serve({ needs: [here] }), '/ready')).toEqual({
      status: 200,
      body: { ready: true, missing: {} },
    })
    expect(await get(await serve({ needs: [here, gone(true)] }), '/ready')).toEqual({
      status: 503,
      body: { ready: false, missing: { database: 'is away' } },
    })
  })

  it('does not require optional dependencies, but lists the missing ones', async () => {
    const answer = await get(await serve({ needs: [gone(false), here] }), '/ready')
    expect(answer).toEqual({ status: 200, body: { ready: true, missing: { database: 'is away' } } })
  })

  it('does not wait for a check that hangs', async () => {
    const checked = Promise.withResolvers<void>()
    const check = () => {
      checked.resolve()
      return new Promise<void>(() => {})
    }
    const server = await serve({ needs: [{ name: 'database', required: true, check }] })
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
    const answer = get(server, '/ready')
    await checked.promise
    jest.advanceTimersByTime(2_000)
    expect(await answer).toMatchObject({ status: 503, body: { missing: { database: 'does not answer' } } })
  })
})

describe('a body', () => {
  const echo: Handler = async (request, response) => {
    sendJson(response, 200, { bytes: (await readBody(request, 1_000)).length })
  }
  const post = (server: Listening, bytes: number) => get(server, '/echo', { method: 'POST', body: 'x'.repeat(bytes) })

  it('may be as large as the limit, and no larger', async () => {
    const server = await serve({ routes: { '/echo': echo } })
    expect(await post(server, 0)).toEqual({ status: 200, body: { bytes: 0 } })
    expect(await post(server, 1_000)).toEqual({ status: 200, body: { bytes: 1_000 } })
    for (const bytes of [1_001, 5_000_000]) {
      const tooLarge = { status: 413, body: { error: 'The body is larger than 1000 bytes.' } }
      expect(await post(server, bytes)).toEqual(tooLarge)
    }
  })

  it('without a content-length is refused as soon as it is too large', async () => {
    const server = await serve({ routes: { '/echo': echo } })
    const chunk = `${(600).toString(16)}\r\n${'x'.repeat(600)}\r\n`
    const connection = sendRaw(
      server,
      `POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}`,
    )
    await until(() => connection.isClosed)
    expect(connection.received).toMatch(/^HTTP\/1.1 413 /)
    expect((await get(server, '/health')).status).toBe(200)
  })

  it('without room in memory is refused as soon as that is known', async () => {
    const sizes: number[] = []
    const reading: Handler = async (request, response) => {
      const hasRoom = (bytes: number) => sizes.push(bytes) < 3
      const refused = await readBody(request, 1_000, hasRoom).catch((error: unknown) => error instanceof NoRoom)
      sendJson(response, refused === true ? 503 : 200, {})
    }
    const server = await serve({ routes: { '/read': reading } })
    const chunk = `1\r\nx\r\n`.repeat(3)
    const connection = sendRaw(server, `POST /read HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`)
    await until(() => connection.received)
    expect(connection.received).toMatch(/^HTTP\/1.1 503 /)
    // 128 bytes are counted for each piece.
    expect(sizes).toEqual([129, 258, 387])
  })

  it('that never arrives completely times out', async () => {
    const server = await serve({ routes: { '/echo': echo }, requestMs: 200 })
    const connection = sendRaw(server, 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf')
    await until(() => connection.isClosed)
    // On a slow machine this request may time out, too.
    await until(async () => (await get(server, '/health')).status === 200)
  })

  it('aborted by its client affects no other request', async () => {
    const failed = Promise.withResolvers<unknown>()
    const reading: Handler = async (request) => {
      await readBody(request, 1_000).catch(failed.resolve)
    }
    const server = await serve({ routes: { '/echo': reading } })
    const connection = sendRaw(server, 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf')
    await until(() => !connection.socket.pending)
    connection.socket.destroy()
    expect(await failed.promise).toMatchObject({ code: 'ECONNRESET' })
    expect((await get(server, '/health')).status).toBe(200)
  })
})

describe('a WebSocket', () => {
  const upgradeRequest = (path: string, protocol = 'websocket') =>
    `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n\r\n`
  const echo: Upgrade = (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    socket.on('error', () => {}).pipe(socket)
  }

  it('is opened on its path; other paths and protocols get an HTTP response', async () => {
    const server = await serve({ upgrades: { '/echo': echo } })
    const connection = sendRaw(server, upgradeRequest('/echo?x'))
    await until(() => connection.received.includes('101'))
    connection.socket.write('hello')
    await until(() => connection.received.endsWith('hello'))
    const others = [
      sendRaw(server, upgradeRequest('/other')),
      sendRaw(server, upgradeRequest('/echo', 'h2c')),
      sendRaw(await serve(), upgradeRequest('/echo')),
    ]
    await until(() => others.every(({ received }) => received.startsWith('HTTP/1.1 404')))
  })

  it('can be refused, and is destroyed after the drain time if its handler leaves it open', async () => {
    const upgrades: Record<string, Upgrade> = { '/echo': echo, '/full': (_, socket) => refuseUpgrade(socket, 503) }
    const server = await serve({ upgrades })
    const refused = sendRaw(server, upgradeRequest('/full'))
    await until(() => refused.isClosed)
    expect(refused.received).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n/)
    const left = sendRaw(server, upgradeRequest('/echo'))
    await until(() => left.received.includes('101'))
    await server.close()
    await until(() => left.isClosed)
  })
})

describe('closing', () => {
  it('completes running requests, accepts no new ones, and closes idle connections', async () => {
    const [entered, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow: Handler = async (_, response) => {
      entered.resolve()
      await release.promise
      sendJson(response, 200, { done: true })
    }
    const server = await serve({ routes: { '/slow': slow }, drainMs: 60_000 })
    const idle = sendRaw(server, 'GET /health HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => idle.received.includes('alive'))
    const underWay = sendRaw(server, 'GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
    await entered.promise
    const closing = server.close()
    await until(() => idle.isClosed)
    await expect(get(server, '/health')).rejects.toThrow()
    release.resolve()
    await closing
    await until(() => underWay.isClosed)
    expect(underWay.received).toMatch(/^HTTP\/1.1 200 .*{"done":true}$/s)
  })

  it('destroys the connection of a client that hangs', async () => {
    const server = await serve()
    const hanging = sendRaw(server, 'POST /health HTTP/1.1\r\nhost: a\r\ncontent-le')
    const half = sendRaw(server, 'POST /ready HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf')
    await until(() => half.received.includes('ready') && !hanging.socket.pending)
    await server.close()
    await until(() => hanging.isClosed && half.isClosed)
  })

  it('for clients that go on elsewhere, answers on an idle connection once more, and says that it is the last time', async () => {
    const server = await serve({ drainMs: 60_000 })
    const idle = sendRaw(server, 'GET /health HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => idle.received.includes('alive'))
    expect(idle.received).not.toMatch(/connection: close/i)
    const closing = server.close(new AbortController().signal)
    await expect(get(server, '/health')).rejects.toThrow()
    idle.received = ''
    idle.socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => idle.isClosed)
    expect(idle.received).toMatch(/^HTTP\/1.1 200 .*connection: close.*alive/is)
    await closing
  })

  it('ends idle connections as soon as it is hurried', async () => {
    const hurry = new AbortController()
    const server = await serve({ drainMs: 60_000 })
    server.server.keepAliveTimeout = 600_000
    const idle = sendRaw(server, 'GET /health HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => idle.received.includes('alive'))
    const closing = server.close(hurry.signal)
    hurry.abort()
    await closing
    await until(() => idle.isClosed)
  })

  it('upgrades what comes on connections that were open before, for its handler to send away', async () => {
    const upgrades: Record<string, Upgrade> = {
      '/ws': (_, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    }
    const server = await serve({ upgrades, drainMs: 60_000 })
    const idle = sendRaw(server, 'GET /health HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => idle.received.includes('alive'))
    const closing = server.close(new AbortController().signal)
    idle.socket.write('GET /ws HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
    await until(() => idle.isClosed)
    expect(idle.received).toContain('101')
    await closing
  })
})
