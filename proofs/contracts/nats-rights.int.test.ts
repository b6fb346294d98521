import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AckPolicy } from 'nats'
import { createLogger } from '../../chassis/log.ts'
import { connectNats, FACTS, LIVE, type Nats } from '../../chassis/nats/connection.ts'
import { keepStreams, setUpStreams } from '../../chassis/nats/keep-streams.ts'
import { liveSource } from '../../chassis/nats/live-source.ts'
import { liveStream } from '../../chassis/nats/live-stream.ts'
import { serveSnapshots } from '../../chassis/nats/snapshots.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { natsProgram } from '../../scripts/launcher/infrastructure/nats-program.ts'
import { ADMIN, natsUsers, passwordVariable } from '../../scripts/launcher/infrastructure/nats-users.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { EVERYBODY, PUBLISH, type Row, SHOW, SUBSCRIBE } from './testing/nats-rights.ts'

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
  expect((await natsUsers()).map(({ name }) => name).sort()).toEqual(EVERYBODY)
  for (const url of [server.urlOf('account'), server.url.replace(/:test-/, ':wrong-')])
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
  const users = [ADMIN, ...EVERYBODY]
  // Such as NATS would read as a number, a date or a boolean, were it not in quotes.
  const passwords = ['1e5', '12', '0x1f', 'true', '2026-11-29', '64k', '1_2', 'a#b', 'p w', '7e9f']
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
  for (const user of EVERYBODY) {
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
      serveSnapshots(nats, { name: SHOW[index] ?? '', find: async () => [] }, async () => new Set(), log),
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

// The server answers an acknowledgement, a pull, a read or a publication where the request says; and an empty answer on a
// subject of its own API would be a request.
describe.each(EVERYBODY.filter((name) => name !== 'streams'))('the server’s answers to %s', (user) => {
  it('do not delete, purge or acknowledge anything of others', async () => {
    await until(() => setUpStreams(server.url).then(() => true))
    await admin.jetstream.publish('facts.order.Ordered.held', '{}')
    const victim = `victim-of-${user}`
    await admin.manager.consumers.add('FACTS', { durable_name: victim, ack_policy: AckPolicy.Explicit })
    const consumer = await admin.jetstream.consumers.get('FACTS', victim)
    const held = await consumer.next()
    if (!held) throw new Error('It holds a fact.')
    const before = await stateOf(victim)
    const own = await connectNats(server.urlOf(user), user)
    const answers = [
      [`$JS.ACK.FACTS.${user}.1.1.1.1795928596164337211.0`, '+ACK'],
      [`$JS.API.CONSUMER.MSG.NEXT.FACTS.${user}`, '{"batch":1,"no_wait":true}'],
      [`$JS.API.CONSUMER.MSG.NEXT.FACTS.${user}`, 'no JSON'],
      ['$JS.API.STREAM.INFO.LIVE', ''],
      ['$JS.API.DIRECT.GET.LIVE', '{"seq":1000000}'],
      ['snapshot.my-page', ''],
    ] as const
    const replies = [
      '$JS.API.STREAM.PURGE.LIVE',
      '$JS.API.STREAM.DELETE.LIVE',
      '$JS.API.STREAM.DELETE.FACTS',
      `$JS.API.CONSUMER.DELETE.FACTS.${victim}`,
      `$JS.ACK.${held.info.stream}.${victim}.1.${held.seq}.1.1795928596164337211.0`,
      'facts.payment.Paid.1',
    ]
    for (const reply of replies) for (const [subject, body] of answers) own.connection.publish(subject, body, { reply })
    if (user === 'router') await deliverHeartbeats(own, replies.slice(0, 4))
    await own.connection.flush()
    // What is done after all that: requests of one connection are handled in order, answers at the latest with the next one's.
    for (let time = 0; time < 20; time++) await admin.manager.getAccountInfo()
    expect(await stateOf(victim)).toEqual(before)
    await admin.manager.consumers.delete('FACTS', victim)
    await own.end()
  })
})

/** Creates consumers that deliver to these subjects, and waits for the heartbeats of a last one. */
async function deliverHeartbeats({ connection, createInbox }: Nats, subjects: string[]) {
  let heartbeats = 0
  const inbox = createInbox()
  connection.subscribe(inbox, { callback: () => void heartbeats++ })
  for (const deliver_subject of [...subjects, inbox]) {
    const config = { deliver_subject, ack_policy: 'none', idle_heartbeat: 100_000_000, mem_storage: true }
    await connection.request('$JS.API.CONSUMER.CREATE.LIVE', JSON.stringify({ stream_name: 'LIVE', config }))
  }
  await until(() => heartbeats > 1)
}

/** What others could take away: two streams with their messages, and what a consumer has to acknowledge. */
async function stateOf(consumer: string) {
  const { streams, consumers } = admin.manager
  const [facts, live] = await Promise.all(['FACTS', 'LIVE'].map((name) => streams.info(name)))
  const { num_ack_pending, num_pending } = await consumers.info('FACTS', consumer)
  const paid = await streams.info('FACTS', { subjects_filter: 'facts.payment.Paid.1' })
  return {
    created: [facts?.created, live?.created],
    live: live?.state.last_seq === undefined ? null : [live.state.first_seq, live.state.last_seq],
    unacknowledged: [num_ack_pending, num_pending],
    paid: paid.state.subjects ?? {},
  }
}

it('no program answers a request where the requester may not publish itself', async () => {
  await until(() => setUpStreams(server.url).then(() => true))
  const names = ['streams', 'my-page', 'router'] as const
  const [keeper, page, router] = await Promise.all(names.map((name) => connectNats(server.urlOf(name), name)))
  if (!keeper || !page || !router) throw new Error('There are three.')
  const keeping = keepStreams(keeper, [LIVE], [LIVE.name], log, 600_000)
  const serving = serveSnapshots(page, { name: 'my-page', find: async () => [] }, async () => new Set(), log)
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
