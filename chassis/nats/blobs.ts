import { DiscardPolicy, NatsError, RetentionPolicy, StorageType } from 'nats'
import { detached } from '../detached.ts'
import type { Logger } from '../log.ts'
import type { NatsTls } from './access.ts'
import { connectNats, isNotFound, type Nats } from './connection.ts'

/** The bucket is full: by its `maxBytes`, or by what its account may store. */
export class BlobsFull extends Error {}

/**
 * Small binary objects by name, each one message of a stream: an object is there as a whole or not at all, and one that is removed leaves
 * nothing. A name consists of subject tokens with dots between; an object fits into NATS' `max_payload` (1 MiB).
 */
export type Blobs = {
  put(name: string, bytes: Uint8Array): Promise<void>
  get(name: string): Promise<Uint8Array | null>
  /** Removes all objects whose name begins with these tokens. */
  remove(prefix: string): Promise<void>
  names(): Promise<string[]>
  /** Throws if the bucket cannot be reached. */
  check(): Promise<void>
}

/** A bucket's name, and the most that it takes, in bytes. */
export type Bucket = { name: string; maxBytes: number }

const TIMEOUT_MS = 5_000

/** The account of a bucket and its stream. */
export const bucketStream = (bucket: string): string => bucket.toUpperCase()
const subjectOf = (bucket: string, name: string) => `${bucket}.${name}`

/** Creates the bucket's stream if it is not there, and gives access to it. It is created anew if it was lost. */
export function openBlobs(nats: Nats, { name: bucket, maxBytes }: Bucket): Blobs {
  const stream = bucketStream(bucket)
  const { connection, manager, jetstream, whileConnected } = nats
  let isThere = false
  const create = async () => {
    const known = await whileConnected(() => manager.streams.info(stream)).catch(unlessFound)
    if (known?.config.max_bytes !== maxBytes) {
      const config = {
        name: stream,
        subjects: [subjectOf(bucket, '>')],
        max_bytes: maxBytes,
        max_msgs_per_subject: 1,
        discard: DiscardPolicy.New,
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        allow_direct: true,
      }
      await whileConnected(() =>
        // What an operator has set besides, such as replicas, stays.
        known ? manager.streams.update(stream, { ...known.config, ...config }) : manager.streams.add(config),
      )
    }
    isThere = true
  }
  const withStream = async <Answer>(request: () => Promise<Answer>): Promise<Answer> => {
    if (!isThere) await create()
    try {
      return await whileConnected(request)
    } catch (error) {
      if (isFull(error)) throw new BlobsFull('The bucket is full.')
      isThere = false // Perhaps it is lost: the next request looks.
      throw error
    }
  }

  return {
    put: async (name, bytes) => {
      await withStream(() => jetstream.publish(subjectOf(bucket, name), bytes))
    },
    get: async (name) => {
      const subject = subjectOf(bucket, name)
      // nats.js has a direct get without a type; the other kind of get wraps the bytes in JSON.
      const { headers, data } = await withStream(() =>
        connection.request(`$JS.API.DIRECT.GET.${stream}.${subject}`, '', { timeout: TIMEOUT_MS }),
      )
      if (!headers?.code) return data
      if (headers.code === 404) return null
      throw new Error(`NATS answers ${headers.code} ${headers.description}.`)
    },
    remove: async (prefix) => {
      await withStream(() => manager.streams.purge(stream, { filter: subjectOf(bucket, `${prefix}.>`) }))
    },
    names: async () => {
      const info = await withStream(() => manager.streams.info(stream, { subjects_filter: subjectOf(bucket, '>') }))
      return Object.keys(info.state.subjects ?? {}).map((subject) => subject.slice(bucket.length + 1))
    },
    check: async () => {
      await withStream(() => manager.streams.info(stream))
    },
  }
}

/**
 * Connects to a bucket in the background, since a service starts without NATS. Until then `now` throws, and `check` says why it is not
 * there.
 */
export function connectBlobs(
  config: NatsTls & { NATS_URL: string },
  program: string,
  bucket: Bucket,
  log: Logger,
): { now: () => Blobs; check: () => Promise<void>; stop: () => Promise<void> } {
  let nats: Nats | undefined
  let blobs: Blobs | undefined
  let isStopping = false
  const connect = async () => {
    const connected = await connectNats(config.NATS_URL, program, config)
    if (isStopping) return connected.end()
    nats = connected
    blobs = openBlobs(nats, bucket)
    await blobs.check()
  }
  detached(connect, { log, what: 'the bucket could not be opened; the next request tries again' })
  const now = () => {
    if (!blobs) throw new Error('NATS is not joined yet.')
    return blobs
  }
  return {
    now,
    check: async () => now().check(),
    stop: async () => {
      isStopping = true
      await nats?.end()
    },
  }
}

/** No stream is null. */
function unlessFound(error: unknown): null {
  if (isNotFound(error)) return null
  throw error
}

/** JetStream's codes of a full stream, account or disk. */
const FULL = [10_077, 10_002, 10_023, 10_047, 10_122]

function isFull(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false
  return FULL.includes(error.api_error?.err_code ?? 0) || /maximum bytes exceeded/.test(error.message)
}
