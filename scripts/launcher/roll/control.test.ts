import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { UserError } from '../../user-error.ts'
import { type Roll, requestRoll, serveControl } from './control.ts'

let dataDir: string
let served: { close(): void } | undefined
let lines: string[]
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'flower-control-'))
  lines = []
})
afterEach(() => {
  served?.close()
  served = undefined
  rmSync(dataDir, { recursive: true })
})
const serve = (roll: Roll) => (served = serveControl(dataDir, roll))
const request = () => requestRoll(dataDir, '/new', (line) => lines.push(line))

it('passes on the checkout, each line and the end, on a socket that is its owner’s only', async () => {
  const roots: string[] = []
  serve(async (root, say) => {
    roots.push(root)
    say('one')
    say('two\nthree')
  })
  expect(statSync(join(dataDir, 'control.sock')).mode & 0o777).toBe(0o600)
  expect(await request()).toBe(0)
  expect([roots, lines]).toEqual([['/new'], ['one', 'two\nthree']])
})

it('says why a roll failed; then the next one is taken', async () => {
  serve(() => Promise.reject(new UserError('The migration failed.')))
  expect([await request(), lines]).toEqual([1, ['The migration failed.']])
  expect(await request()).toBe(1)
})

it('refuses a second roll at once', async () => {
  const end = Promise.withResolvers<void>()
  serve(async (_, say) => {
    say('begun')
    await end.promise
  })
  const begun = Promise.withResolvers<string>()
  const first = requestRoll(dataDir, '/new', begun.resolve)
  await begun.promise
  expect([await request(), lines]).toEqual([75, ['A roll to /new is under way: wait for its end.']])
  end.resolve()
  expect(await first).toBe(0)
})

it('goes on with a roll whose caller has gone', async () => {
  const [begun, gone, ended] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ]
  serve(async (_, say) => {
    begun.resolve()
    await gone.promise
    say('into the void')
    ended.resolve()
  })
  const socket = connect(join(dataDir, 'control.sock'))
  socket.write('{"roll":"/new"}\n')
  await begun.promise
  socket.once('close', () => gone.resolve())
  socket.destroy()
  await ended.promise
})

it.each(['{"roll":1}\n', 'hello\n', 'x'.repeat(20_000)])('takes nothing but a request to roll: %.10s', async (text) => {
  serve(async () => {})
  const socket = connect(join(dataDir, 'control.sock'))
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(text)
  await closed
})

it.each(['', '{"line":"bro'])('says that npm start has ended in the middle (%s)', async (text) => {
  // It has not read the request, so its end is a reset.
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {})
    socket.write(text || '{"line":"begun"}\n', () => socket.destroy())
  })
  served = { close: () => server.close() }
  await new Promise<void>((resolve) => server.listen(join(dataDir, 'control.sock'), resolve))
  await expect(request()).rejects.toThrow('npm start has ended in the middle of it.')
})

it('needs a system that runs, and a short path', async () => {
  await expect(request()).rejects.toThrow(`Nothing runs in ${dataDir}`)
  expect(() => serveControl(`/tmp/${'x'.repeat(100)}`, async () => {})).toThrow(/too long for a socket/)
})
