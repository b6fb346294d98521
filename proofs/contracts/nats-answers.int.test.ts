import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AckPolicy } from 'nats'
import { connectNats, type Nats } from '../../chassis/nats/connection.ts'
import { setUpStreams } from '../../chassis/nats/keep-streams.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { natsUsers } from '../../scripts/launcher/infrastructure/nats-users.ts'

const users = await natsUsers()
const PROGRAMS = users.map(({ name }) => name).filter((name) => name !== 'streams')

let server: NatsServer
let admin: Nats
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  server = await natsServer(users)
  admin = await connectNats(server.url, 'administrator')
})
afterAll(async () => {
  await admin.end()
  await server.end()
})

// The server answers an acknowledgement, a pull, a read or a publication where the request says; and an empty answer on a
// subject of its own API would be a request.
describe.each(PROGRAMS)('the server’s answers to %s', (user) => {
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
