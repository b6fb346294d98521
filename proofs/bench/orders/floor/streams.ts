import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, type JetStreamClient, type JetStreamManager, type JsMsg, NatsError } from 'nats'
import { keyedQueue } from '../../../../chassis/keyed-queue.ts'
import type { Database } from './database.ts'
import { FACTS_SUBJECTS, type Fact } from './messages.ts'

export type Nats = { jetstream: JetStreamClient; manager: JetStreamManager }

/** The floor's own streams, beside the system's. */
export const FLOOR_FACTS = 'FLOOR_FACTS'
export const FLOOR_LIVE = 'FLOOR_LIVE'

type Message = { position: string; id: string; subject: string; key: string; message: object }

const FACTS_PUBLISHED = `update outbox set sequence = m.sequence, stream_created = m.created
  from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as m (position, sequence, created)
  where outbox.position = m.position`
const LIVE_PUBLISHED = `with published as (delete from live_outbox where position = any($1::bigint[]))
  insert into live_place (created, sequence, id) values ($2, $3, $4)
  on conflict (one) do update set created = excluded.created, sequence = excluded.sequence, id = excluded.id`

/** Publishes the facts of a context as its relay does: in order for each key, each acknowledged, then marked. */
export async function relayFacts({ jetstream, manager }: Nats, database: Database): Promise<never> {
  const { created } = await manager.streams.info(FLOOR_FACTS)
  return relay(database, 'outbox', 'outbox where sequence is null', async (session, messages) => {
    const sequences = await publishByKey(messages, async ({ id, subject, message }) => {
      return (await jetstream.publish(subject, JSON.stringify(message), { msgID: id })).seq
    })
    const positions = messages.map(({ position }) => position)
    await session.query({
      name: 'mark',
      text: FACTS_PUBLISHED,
      values: [positions, sequences, sequences.map(() => created)],
    })
  })
}

/** Publishes the live states of a context. Of a new subject it first asks for the last state that was published. */
export async function relayLive({ jetstream, manager }: Nats, database: Database): Promise<never> {
  const { created } = await manager.streams.info(FLOOR_LIVE)
  const ours = new Set<string>()
  return relay(database, 'live_outbox', 'live_outbox', async (session, messages) => {
    const sequences = await publishByKey(messages, async ({ id, subject, message }) => {
      if (!ours.has(subject)) {
        const last = manager.streams.getMessage(FLOOR_LIVE, { last_by_subj: subject })
        await last.catch((error: unknown) => {
          if (!(error instanceof NatsError && error.api_error?.code === 404)) throw error
        })
        ours.add(subject)
      }
      return (await jetstream.publish(subject, JSON.stringify(message), { msgID: id })).seq
    })
    const newest = Math.max(...sequences)
    await session.query({
      name: 'mark',
      text: LIVE_PUBLISHED,
      values: [messages.map(({ position }) => position), created, newest, messages[sequences.indexOf(newest)]?.id],
    })
  })
}

async function publishByKey(messages: Message[], publish: (message: Message) => Promise<number>): Promise<number[]> {
  const sequences = new Map<string, number>()
  const inOrder = async (ofKey: Message[]) => {
    for (const message of ofKey) sequences.set(message.position, await publish(message))
  }
  await Promise.all([...Map.groupBy(messages, ({ key }) => key).values()].map(inOrder))
  return messages.map(({ position }) => sequences.get(position) ?? 0)
}

async function relay(
  database: Database,
  channel: string,
  from: string,
  publish: (session: Awaited<ReturnType<Database['session']>>, messages: Message[]) => Promise<void>,
): Promise<never> {
  const session = await database.session()
  let notified = new AbortController()
  session.on('notification', () => notified.abort())
  await session.query(`listen ${channel}`)
  const text = `select position, id, subject, key, message from ${from} order by position limit 256`
  for (;;) {
    const { rows } = await session.query<Message>({ name: 'oldest', text })
    if (rows.length > 0) await publish(session, rows)
    else {
      await delay(1_000, undefined, { signal: notified.signal }).catch(() => {})
      notified = new AbortController()
    }
  }
}

/** Facts that a context handles at the same time. */
const AT_ONCE = 32

/** Hands a context the facts of these types, one order's in order, and acknowledges each after its commit. */
export async function consume(
  { jetstream, manager }: Nats,
  name: string,
  types: string[],
  handle: (fact: Fact) => Promise<void>,
): Promise<never> {
  await manager.consumers.add(FLOOR_FACTS, {
    durable_name: name,
    filter_subjects: types.map((type) => `${FACTS_SUBJECTS}.*.${type}.*`),
    ack_policy: AckPolicy.Explicit,
    ack_wait: 60_000_000_000,
    max_ack_pending: 1_000,
  })
  const consumer = await jetstream.consumers.get(FLOOR_FACTS, name)
  const queue = keyedQueue(AT_ONCE)
  const receive = async (message: JsMsg) => {
    await handle(message.json<Fact>())
    await message.ackAck()
  }
  for (;;) {
    const messages = await consumer.fetch({ max_messages: AT_ONCE, expires: 5_000 })
    for await (const message of messages) await queue.add(message.subject, () => receive(message))
  }
}
