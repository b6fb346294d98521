import { liveSubject, snapshotSubject } from '../live.ts'
import { inboxPrefix } from './access.ts'
import { bucketStream } from './blobs.ts'
import { FACTS, LIVE } from './connection.ts'
import { renewalSubject } from './keep-streams.ts'

/**
 * What a context uses NATS for: it publishes facts (`says`), consumes them (`consumers`: the durable ones' names), has a feed of its
 * own name (`shows`).
 */
export type NatsUse = { name: string; says: boolean; consumers: string[]; shows: boolean }

/** The subjects to which a NATS user may publish and subscribe; all others are refused. */
export type Permissions = {
  publish: string[]
  subscribe: string[]
  /** Whether it may also answer each request that it receives, once. */
  answers: boolean
  /** Whether it keeps the streams, and so belongs to their account. All other programs are in another (nats-users.ts). */
  keepsStreams: boolean
  /** The subjects on which JetStream's push consumers deliver to it. */
  deliveredOn: string[]
  /** The bucket to which it has an account of its own; then it is in no other. */
  bucket?: string
}

const api = (...tokens: string[]) => ['$JS.API', ...tokens].join('.')

/**
 * What a context may do: exactly the requests of this folder's code, on its own subjects and its own consumer. Null if it does not
 * use NATS.
 */
export function contextPermissions({ name, says, consumers, shows }: NatsUse): Permissions | null {
  if (!says && !consumers.length && !shows) return null
  return {
    publish: [
      ...(says ? [`facts.${name}.>`, ...readerOf(FACTS.name)] : []),
      ...consumers.flatMap((consumer) => consumerOf(FACTS.name, consumer)),
      ...(shows ? [`${liveSubject(name)}.>`, ...readerOf(LIVE.name), renewalSubject(LIVE.name)] : []),
    ],
    subscribe: [`${inboxPrefix(name)}.>`, ...(shows ? [snapshotSubject(name)] : [])],
    answers: shows,
    keepsStreams: false,
    deliveredOn: [],
  }
}

/**
 * What the program of a bucket may do (blobs.ts). It creates its stream itself: in its account there is nothing else that a stream could
 * be told to republish on.
 */
export function bucketPermissions(program: string, bucket: string): Permissions {
  const stream = bucketStream(bucket)
  return {
    publish: [
      ...['INFO', 'CREATE', 'UPDATE', 'PURGE'].map((request) => api('STREAM', request, stream)),
      api('DIRECT.GET', stream, `${bucket}.>`),
      `${bucket}.>`,
    ],
    subscribe: [`${inboxPrefix(program)}.>`],
    answers: false,
    keepsStreams: false,
    deliveredOn: [],
    bucket,
  }
}

/** What the router may do: follow and read LIVE, and ask the owners of these feeds for snapshots. */
export const routerPermissions = (feeds: string[]): Permissions => ({
  publish: [
    ...feeds.map(snapshotSubject),
    ...readerOf(LIVE.name),
    api('DIRECT.GET', LIVE.name),
    api('CONSUMER.CREATE', LIVE.name), // Ephemeral ones, which have no name.
    `$JS.FC.${LIVE.name}.>`,
  ],
  subscribe: [`${inboxPrefix('router')}.>`],
  answers: false,
  keepsStreams: false,
  deliveredOn: [`${inboxPrefix('router')}.>`],
})

/**
 * What the keeper of the streams may do (keep-streams.ts). Nobody else may create or update a stream: one can be told to republish
 * messages on any subject, so that who creates one can forge everything, and delete FACTS.
 */
export const keeperPermissions = (): Permissions => ({
  publish: [
    ...[FACTS, LIVE].flatMap(({ name }) => ['INFO', 'CREATE', 'UPDATE'].map((request) => api('STREAM', request, name))),
    api('STREAM.DELETE', LIVE.name),
  ],
  subscribe: [`${inboxPrefix('streams')}.>`, renewalSubject(LIVE.name)],
  answers: true,
  keepsStreams: true,
  deliveredOn: [],
})

const readerOf = (stream: string) => [api('STREAM.INFO', stream), api('STREAM.MSG.GET', stream)]

/** DURABLE.CREATE, because nats.js uses it for a consumer of several subjects. */
const consumerOf = (stream: string, consumer: string) => [
  ...['INFO', 'DURABLE.CREATE', 'MSG.NEXT'].map((request) => api('CONSUMER', request, stream, consumer)),
  `$JS.ACK.${stream}.${consumer}.>`,
]
