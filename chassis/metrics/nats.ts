import type { Registry } from 'prom-client'
import { checkNats } from '../nats/checks.ts'
import { FACTS, filledOf, findStream, isNotFound, type Nats, type StreamSettings } from '../nats/connection.ts'
import { type Gauges, type Sample, sampled } from './samples.ts'

const EVERY_MS = 5_000
const UP = { name: 'service_nats_up', help: '1 if NATS answered this process, 0 if not' }

const CONSUMER = {
  service_consumer_pending: {
    help: 'Facts that the consumer has not been given yet. The same at every replica, as all of a consumer',
    labels: ['consumer'],
  },
  service_consumer_ack_pending: {
    help: 'Facts that were delivered and are neither acknowledged nor parked',
    labels: ['consumer'],
  },
  service_consumer_redelivered: { help: 'Those of them that were delivered before', labels: ['consumer'] },
  service_consumer_acked_sequence: {
    help: 'Sequence in FACTS up to which all are acknowledged or parked: it stands still behind one that is not',
    labels: ['consumer'],
  },
} satisfies Gauges

/** Whether NATS answers a context, and how far its consumers are behind, if it has any. */
export function watchConsumers(registry: Registry, names: string[], nats: () => Nats | undefined): void {
  const read = async (): Promise<Sample<keyof typeof CONSUMER>[]> => {
    const connected = nats()
    if (names.length === 0 || !connected) return checkNats(connected).then(() => [])
    const found = await Promise.all(names.map((name) => connected.whileConnected(() => findConsumer(connected, name))))
    return found.flatMap((info) => {
      if (!info) return []
      const labels = { consumer: info.name }
      return [
        { name: 'service_consumer_pending', labels, value: info.num_pending },
        { name: 'service_consumer_ack_pending', labels, value: info.num_ack_pending },
        { name: 'service_consumer_redelivered', labels, value: info.num_redelivered },
        { name: 'service_consumer_acked_sequence', labels, value: info.ack_floor.stream_seq },
      ]
    })
  }
  sampled(registry, CONSUMER, read, { everyMs: EVERY_MS, up: UP })
}

/** Null while it is not created, since there is no stream yet. */
const findConsumer = ({ manager }: Nats, name: string) =>
  manager.consumers.info(FACTS.name, name).catch((error: unknown) => {
    if (isNotFound(error)) return null
    throw error
  })

const STREAMS = {
  service_stream_messages: { help: 'Messages that the stream stores', labels: ['stream'] },
  service_stream_bytes: { help: 'What they take', labels: ['stream'] },
  service_stream_filled_ratio: { help: 'How much of its limits is used: 1 is full, 0 without', labels: ['stream'] },
} satisfies Gauges

/** What the streams store; of the program that keeps them. A stream that is missing has no values. */
export function watchStreams(registry: Registry, streams: StreamSettings[], nats: () => Nats | undefined): void {
  const read = async (): Promise<Sample<keyof typeof STREAMS>[]> => {
    const connected = nats()
    if (!connected) throw new Error('is not connected')
    const infos = await Promise.all(
      streams.map((stream) => connected.whileConnected(() => findStream(connected, stream))),
    )
    return infos.flatMap((info) => {
      if (!info) return []
      const labels = { stream: info.config.name }
      return [
        { name: 'service_stream_messages', labels, value: info.state.messages },
        { name: 'service_stream_bytes', labels, value: info.state.bytes },
        { name: 'service_stream_filled_ratio', labels, value: filledOf(info) },
      ]
    })
  }
  sampled(registry, STREAMS, read, { everyMs: EVERY_MS, up: UP })
}
