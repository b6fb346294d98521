import { randomBytes } from 'node:crypto'
import { connectNats, type Nats, type StreamSettings } from '../nats/connection.ts'
import { ensureStream } from '../nats/keep-streams.ts'

/** A connection to the run's NATS and a stream of the test's own: its `subjects` begin with its prefix, `<prefix>.`. */
export async function testStream(url = process.env.TEST_NATS_URL): Promise<{
  nats: Nats
  stream: StreamSettings
  prefix: string
  /** The stream's messages, parsed, in order. */
  stored(): Promise<unknown[]>
  /** Ends the connection and removes the stream. */
  end(): Promise<void>
}> {
  if (!url) throw new Error('TEST_NATS_URL is not set: run this file in the adapter project (its name: .int.test.ts).')
  const prefix = `t${randomBytes(6).toString('hex')}`
  const stream = { name: prefix.toUpperCase(), subjects: [`${prefix}.>`] }
  const nats = await connectNats(url, prefix)
  return {
    nats,
    stream,
    prefix,
    stored: () =>
      nats.whileConnected(async () => {
        const { state } = await ensureStream(nats, stream)
        const sequences = Array.from({ length: state.messages }, (_, index) => state.first_seq + index)
        const messages = sequences.map((seq) => nats.manager.streams.getMessage(stream.name, { seq }))
        return (await Promise.all(messages)).map((message) => message.json())
      }),
    end: async () => {
      await nats.manager.streams.delete(stream.name).catch(() => {}) // The test may have deleted it.
      await nats.connection.close()
    },
  }
}
