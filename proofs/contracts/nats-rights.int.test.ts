import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createLogger } from '../../chassis/log.ts'
import { connectNats, FACTS, LIVE, type Nats } from '../../chassis/nats/connection.ts'
import { keepStreams, setUpStreams } from '../../chassis/nats/keep-streams.ts'
import { liveSource } from '../../chassis/nats/live-source.ts'
import { liveStream } from '../../chassis/nats/live-stream.ts'
import { serveSnapshots } from '../../chassis/nats/snapshots.ts'
import { UNTRANSLATED } from '../../chassis/testing/live-ids.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { natsProgram } from '../../scripts/launcher/infrastructure/nats-program.ts'
import { ADMIN, natsUsers, passwordVariable } from '../../scripts/launcher/infrastructure/nats-users.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { EVERYBODY, PUBLISH, type Row, SHOW, SUBSCRIBE, WITH_BUCKET } from './testing/nats-rights.ts'

const log = createLogger('test')
log.level = 'silent'
let server: NatsServer
let admin: Nats
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  server = await natsServer(await natsUsers())
  admin = await connectNats(server.url, 'administrator')
  await setUpStreams(server.url)
})
afterAll(async () => {
  await admin.end()
  await server.end()
})

/** The subjects that NATS refuses this user. */
async function refusedTo(user: string, operation: 'publish' | 'subscription', rows: Row[]): Promise<string[]> {
  const { connection, end } = await connectNats(server.urlOf(user), user)
  const refused: string[] = []
  const watch = async () => {
    // In the programs' account, JetStream's API has another name.
    for await (const { permissionContext } of connection.status())
      if (permissionContext?.operation === operation)
        refused.push(permissionContext.subject.replace(/^streams\.API/, '$JS.API'))
  }
  void watch()
  for (const [subject] of rows) {
    if (operation === 'publish') connection.publish(subject)
    else connection.subscribe(subject, { callback: () => {} })
  }
  for (let time = 0; time < 2; time++) await connection.flush() // A refusal comes before the answer to the first.
  await end()
  return refused
}

it('NATS has a user for each program that publishes, consumes or follows, and for no other', async () => {
  expect((await natsUsers()).map(({ name }) => name).sort()).toEqual([...EVERYBODY, ...WITH_BUCKET].sort())
  for (const url of [server.urlOf('provider'), server.url.replace(/:test-/, ':wrong-')])
    expect(await refusal(url)).toMatch(/authorization violation/i)
})

/** Why the server refuses a connection. */
async function refusal(url: string): Promise<string> {
  return setUpStreams(url).then(
    () => 'it does not',
    (error: Error) => error.message,
  )
}

// As docker-compose.yml and docs/operators.md have it.
it('schema/nats-users.conf admits each of them to any server, by the passwords in its environment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flower-nats-'))
  const port = await freePort()
  const users = [ADMIN, ...EVERYBODY, ...WITH_BUCKET]
  // Such as NATS would read as a number, a date or a boolean, were it not in quotes.
  const passwords = ['1e5', '12', '0x1f', 'true', '2026-11-29', '64k', '1_2', 'a#b', 'p w', '7e9f', '3E7']
  const passwordOf = (user: string) => passwords[users.indexOf(user)] ?? ''
  copyFileSync(new URL('../../schema/nats-users.conf', import.meta.url), join(folder, 'nats-users.conf'))
  writeFileSync(
    join(folder, 'nats.conf'),
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\ninclude nats-users.conf\n`,
  )
  const env = Object.fromEntries(users.map((user) => [passwordVariable(user), `"${passwordOf(user)}"`]))
  const own = spawn(await natsProgram(process.env), ['--config', join(folder, 'nats.conf')], { env, stdio: 'ignore' })
  const exited = new Promise((resolve) => own.once('exit', resolve))
  const urlOf = (user: string) => `nats://${user}:${encodeURIComponent(passwordOf(user))}@127.0.0.1:${port}`
  await until(() => setUpStreams(urlOf(ADMIN)).then(() => true))
  for (const user of [...EVERYBODY, ...WITH_BUCKET]) {
    const { connection, end } = await connectNats(urlOf(user), user)
    await connection.flush()
    await end()
  }
  await expect(setUpStreams(urlOf('order'))).rejects.toThrow('Permissions Violation')
  own.kill()
  await exited
  rmSync(folder, { recursive: true })
})

describe.each(EVERYBODY)('%s', (user) => {
  it.each([
    ['publish', PUBLISH],
    ['subscription', SUBSCRIBE],
  ] as const)('is refused what is not its own: %s', async (operation, rows) => {
    const expected = rows.filter(([, allowed]) => !allowed.includes(user)).map(([subject]) => subject)
    expect((await refusedTo(user, operation, rows)).toSorted()).toEqual(expected.toSorted())
  })
})

describe('FACTS', () => {
  it('loses no fact, not even by the administrator', async () => {
    const { streams } = admin.manager
    const { seq } = await admin.jetstream.publish('facts.order.Ordered.1', '{}')
    await expect(streams.purge('FACTS')).rejects.toThrow('not permitted')
    await expect(streams.deleteMessage('FACTS', seq)).rejects.toThrow('not permitted')
    await expect(streams.update('FACTS', { deny_purge: false })).rejects.toThrow('can not cancel deny')
  })
})

describe('each program’s own work on LIVE', () => {
  it('is done without a refusal: publishing, creating it anew, following and reading it, asking for snapshots', async () => {
    const refusedBefore = server.violations().length
    await admin.manager.streams.delete(LIVE.name).catch(() => {}) // As was tried above.
    const keeper = await connectNats(server.urlOf('streams'), 'streams')
    const keeping = keepStreams(keeper, [FACTS, LIVE], [LIVE.name], log, 20)
    await until(() => admin.manager.streams.info(LIVE.name))
    const feeds = await Promise.all(SHOW.map((name) => connectNats(server.urlOf(name), name)))
    const streams = feeds.map((nats) => liveStream(nats))
    const publish = (text: string) =>
      Promise.all(
        streams.map((stream, index) => stream.publish({ position: 0, ...messageOf(SHOW[index] ?? '', text) })),
      )
    const answering = feeds.map((nats, index) =>
      serveSnapshots(nats, { name: SHOW[index] ?? '', find: async () => [] }, UNTRANSLATED, async () => new Set(), log),
    )
    const router = await connectNats(server.urlOf('router'), 'router')
    const source = liveSource(router, log)
    const seen: string[] = []
    const following = source.follow({
      began: () => void seen.push('began'),
      message: ({ subject }) => void seen.push(subject),
      skipped: () => void seen.push('skipped'),
    })
    const { created } = (await Promise.all(streams.map((stream) => stream.state())))[0] ?? { created: '' }
    await until(() => seen.includes('began'))

    // Enough for flow control, which the router has to answer.
    const large = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(8_000, '.'))
    for (const text of large) await publish(text)
    await until(() => seen.length > large.length * SHOW.length)
    const { lastSequence } = await source.state()
    expect(await source.latest(['live.*.all.thing'], lastSequence)).toHaveLength(SHOW.length)
    expect(await source.since(`live.${SHOW[0]}.>`, 1, lastSequence, 1_000)).toHaveLength(large.length)
    for (const feed of SHOW) {
      const asked = source.ask(feed, { pattern: `live.${feed}.all.*` }, 60_000)
      expect(await asked).toEqual({ states: [], next: null })
    }

    await Promise.allSettled(streams.map((stream) => stream.recreate(created)))
    await until(() => seen.at(-1) === 'began')
    await publish('anew')
    await until(() => seen.slice(seen.lastIndexOf('began')).length > SHOW.length)
    expect((await streams[0]?.state())?.created).not.toBe(created)

    await following.stop()
    await Promise.all([keeping, ...answering].map(({ stop }) => stop()))
    await Promise.all([keeper, router, ...feeds].map((nats) => nats.end()))
    expect(server.violations().slice(refusedBefore)).toEqual([])
  })
})

it('no program answers a request where the requester may not publish itself', async () => {
  await until(() => setUpStreams(server.url).then(() => true))
  const names = ['streams', 'my-page', 'router'] as const
  const [keeper, page, router] = await Promise.all(names.map((name) => connectNats(server.urlOf(name), name)))
  if (!keeper || !page || !router) throw new Error('There are three.')
  const keeping = keepStreams(keeper, [LIVE], [LIVE.name], log, 600_000)
  const serving = serveSnapshots(
    page,
    { name: 'my-page', find: async () => [] },
    UNTRANSLATED,
    async () => new Set(),
    log,
  )
  const { created } = await admin.manager.streams.info('FACTS')
  const requests = [
    [admin, 'renew.LIVE'],
    [page, 'renew.LIVE'],
    [router, 'snapshot.my-page'],
  ] as const
  for (const [{ connection }, subject] of requests)
    connection.publish(subject, '{}', { reply: '$JS.API.STREAM.DELETE.FACTS' })
  // Requests are answered in order.
  for (const [{ connection }, subject] of requests) await connection.request(subject, '{}', { timeout: 60_000 })
  expect((await admin.manager.streams.info('FACTS')).created).toBe(created)
  await Promise.all([keeping, serving].map(({ stop }) => stop()))
  await Promise.all([keeper, page, router].map(({ end }) => end()))
})

let revision = 0
function messageOf(feed: string, text: string) {
  revision += 1
  const message = { revision, open: true, state: { text } }
  return { id: `${feed} ${revision}`, subject: `live.${feed}.all.thing`, key: feed, message }
}
