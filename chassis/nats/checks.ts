import { NEARLY_FULL } from '../relay.ts'
import { FACTS, filledOf, type Nats, type StreamSettings } from './connection.ts'

/** Throws, with a message that needs no knowledge of internals, if NATS does not answer. */
export async function checkNats(nats: Nats | undefined): Promise<void> {
  if (!nats) throw new Error('is not connected')
  await nats.whileConnected(() => nats.connection.flush())
}

/**
 * Throws, in the same way, if the stream of facts is nearly full. Not if NATS does not answer or has no such stream yet, since
 * `checkNats` reports the one and the relay mends the other.
 */
export async function checkRoom(nats: Nats | undefined, { name }: StreamSettings = FACTS): Promise<void> {
  const info = await nats?.whileConnected(() => nats.manager.streams.info(name)).catch(() => undefined)
  const filled = info ? filledOf(info) : 0
  if (filled >= NEARLY_FULL) throw new Error(`is ${Math.floor(filled * 100)} % full`)
}
