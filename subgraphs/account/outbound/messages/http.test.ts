import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createLogger } from '../../../../chassis/log.ts'
import { httpMessages } from './http.ts'

const taken: { path: string | undefined; headers: IncomingHttpHeaders; body: unknown }[] = []
const answers = { status: 202 as number | 'never' }
const server = createServer((request, response) => {
  let text = ''
  request.on('data', (part) => {
    text += part
  })
  request.on('end', () => {
    taken.push({ path: request.url, headers: request.headers, body: JSON.parse(text) })
    if (answers.status !== 'never') response.writeHead(answers.status).end('an answer with +821012345678 in it')
  })
})
const logged: string[] = []
const log = createLogger('account')
for (const level of ['warn', 'error'] as const)
  log[level] = (...args: unknown[]) =>
    void logged.push(JSON.stringify(args, (_, value) => (value instanceof Error ? String(value) : value)))
const message = { id: 'message-1', to: '+821012345678', text: 'code 123456' }
const gateway = (port: number, deadlineMs = 60_000) =>
  httpMessages({ url: `http://127.0.0.1:${port}/v1/messages?a=b`, token: 'credential', log, deadlineMs })
const port = () => (server.address() as AddressInfo).port // listening, so not a path

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

it('sends what has to be sent, with an id that stays the same', async () => {
  const messages = gateway(port())
  expect(await messages.send(message)).toBe('sent')
  expect(taken).toMatchObject([
    {
      path: '/v1/messages?a=b',
      headers: { authorization: 'Bearer credential', 'idempotency-key': 'message-1' },
      body: { to: message.to, text: message.text },
    },
  ])
  await messages.close()
})

it.each([
  [400, 'refused'],
  [429, 'refused'],
  [302, 'refused'],
  [500, 'unknown'],
  [503, 'unknown'],
] as const)('takes an answer %s for %s', async (status, outcome) => {
  answers.status = status
  const messages = gateway(port())
  expect(await messages.send(message)).toBe(outcome)
  await messages.close()
})

it('does not wait for ever, and knows what was not reached', async () => {
  answers.status = 'never'
  const slow = gateway(port(), 50)
  expect(await slow.send(message)).toBe('unknown')
  const gone = gateway(1)
  expect(await gone.send(message)).toBe('refused')
  server.closeAllConnections()
  await Promise.all([slow.close(), gone.close()])
})

it('tells the log neither number nor text nor credential', () => {
  expect(logged.length).toBeGreaterThan(5)
  expect(logged.join()).not.toMatch(/8210|123456|credential/)
})
