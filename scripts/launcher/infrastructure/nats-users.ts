import { existsSync, readFileSync } from 'node:fs'
import { bucketStream } from '../../../chassis/nats/blobs.ts'
import {
  bucketPermissions,
  contextPermissions,
  keeperPermissions,
  type NatsUse,
  type Permissions,
  routerPermissions,
} from '../../../chassis/nats/permissions.ts'
import { type LaterConsumers, published } from '../../../schema/events/facts.ts'
import { CONTEXTS, inCapitals } from '../../contexts.mjs'

/** A user of NATS: a program, which has its name. */
export type NatsUser = { name: string; permissions: Permissions }

/** The user who may do everything: for operators, tests, and setting up the streams. No program has its password. */
export const ADMIN = 'admin'

/** The environment variable, in capitals, that has a user's password where there is no secrets.json. */
export const passwordVariable = (user: string): string =>
  user === ADMIN ? 'NATS_PASSWORD' : `NATS_PASSWORD_${inCapitals(user)}`

/** The programs that use NATS, with what each may do there. */
export async function natsUsers(): Promise<NatsUser[]> {
  const uses = await Promise.all(CONTEXTS.map(useOf))
  const feeds = uses.filter(({ shows }) => shows).map(({ name }) => name)
  const users = [
    ...(await Promise.all(uses.map(async (use) => [use.name, await permissionsOf(use)] as const))),
    ['router', routerPermissions(feeds)] as const,
    ['streams', keeperPermissions()] as const,
  ]
  return users.flatMap(([name, permissions]) => (permissions ? [{ name, permissions }] : []))
}

/** A context with a bucket has an account for it, and so uses NATS for nothing else. */
async function permissionsOf(use: NatsUse): Promise<Permissions | null> {
  const file = new URL(`../../../subgraphs/${use.name}/outbound/nats/bucket.ts`, import.meta.url)
  const permissions = contextPermissions(use)
  if (!existsSync(file)) return permissions
  if (permissions) throw new Error(`${use.name} has a bucket, and so can neither say, hear nor show anything.`)
  const { bucket }: { bucket: string } = await import(file.href)
  return bucketPermissions(use.name, bucket)
}

/** What a context uses NATS for, by the tables that it has: the facts that it publishes, its `hears` and `later`, its live subjects. */
async function useOf(name: string): Promise<NatsUse> {
  const folder = new URL(`../../../subgraphs/${name}/`, import.meta.url)
  const table = new URL('inbound/nats/hears.ts', folder)
  const { hears, later = {} }: { hears: object; later?: LaterConsumers } = existsSync(table)
    ? await import(table.href)
    : { hears: {} }
  const sdl = readFileSync(new URL(`inbound/graphql/${name}.graphql`, folder), 'utf8')
  const feeds = [...sdl.matchAll(/"live\.([^."]+)\./g)].map(([, feed]) => feed)
  const foreign = feeds.find((feed) => feed !== name)
  if (foreign) throw new Error(`${name} has @live subjects of the feed ${foreign}: a context's feed has its own name.`)
  return {
    name,
    says: Object.hasOwn(published, name),
    consumers: Object.keys(hears).length > 0 ? [name, ...Object.keys(later)] : [],
    shows: feeds.length > 0,
  }
}

/** The account of the streams, with `admin` and the program that keeps them. */
export const STREAMS_ACCOUNT = 'STREAMS'

/** What JetStream's API is called within the account of the programs. */
const API = { ofServer: '$JS.API.', ofPrograms: 'streams.API.' }

/** Requests that are answered by several messages. */
const STREAMED = /\.(CONSUMER\.MSG\.NEXT|DIRECT\.GET)\./

/**
 * The part of a NATS server's configuration that admits the administrator and these users. `password` returns the text that
 * stands there: a quoted password, or `$VARIABLE`.
 *
 * There are two accounts, because JetStream answers wherever a request says, with the server's own rights: in the account of the
 * streams, a program's acknowledgement with the reply subject `$JS.API.STREAM.DELETE.FACTS` would delete FACTS. The account of
 * the programs imports what these may publish. Answers come back into that account, which has no streams.
 */
export function accounts(users: NatsUser[], password: (user: string) => string): string {
  const [keepers, programs] = [true, false].map((keeps) =>
    users.filter(({ permissions }) => permissions.keepsStreams === keeps && !permissions.bucket),
  ) as [NatsUser[], NatsUser[]] // One array for each of the two values.
  const subscribed = new Set(programs.flatMap(({ permissions }) => permissions.subscribe))
  const services = [...new Set(programs.flatMap(({ permissions }) => permissions.publish))]
    .filter((subject) => !subscribed.has(subject)) // These are answered by another of the programs.
    .sort()
  const deliveries = programs.flatMap(({ permissions }) => permissions.deliveredOn)
  const from = (subject: string) => `{ account: ${STREAMS_ACCOUNT}, subject: "${subject}" }`
  // The server gives each account a `$JS.API.` of its own, so that a program's requests are mapped to another name, which is imported.
  const ofPrograms = (subject: string) =>
    subject.startsWith(API.ofServer) ? API.ofPrograms + subject.slice(API.ofServer.length) : subject
  return [
    'accounts {',
    `  ${STREAMS_ACCOUNT} {`,
    '    jetstream: enabled',
    '    users: [',
    `      { user: "${ADMIN}", password: ${password(ADMIN)} }`,
    ...keepers.flatMap((user) => userLines(user, password, (subject) => subject)),
    '    ]',
    '    exports: [',
    ...services.map(
      (subject) => `      { service: "${subject}"${STREAMED.test(subject) ? ', response_type: stream' : ''} }`,
    ),
    ...deliveries.map((subject) => `      { stream: "${subject}" }`),
    '    ]',
    '  }',
    '  PROGRAMS {',
    `    mappings: { "${API.ofServer}>": "${API.ofPrograms}>" }`,
    '    users: [',
    ...programs.flatMap((user) => userLines(user, password, ofPrograms)),
    '    ]',
    '    imports: [',
    ...services.map((subject) => `      { service: ${from(subject)}, to: "${ofPrograms(subject)}" }`),
    ...deliveries.map((subject) => `      { stream: ${from(subject)} }`),
    '    ]',
    '  }',
    ...users.flatMap((user) => bucketLines(user, password)),
    '}',
    '',
  ].join('\n')
}

/** The most that a bucket may take, however large its program makes it: the rest of the disk is for facts. */
const BUCKET_MAX_BYTES = 4_000_000_000

/** The account of a bucket, which nobody else is in. */
function bucketLines(user: NatsUser, password: (user: string) => string): string[] {
  const { bucket } = user.permissions
  if (!bucket) return []
  return [
    `  ${bucketStream(bucket)} {`,
    `    jetstream: { max_file: ${BUCKET_MAX_BYTES}, max_mem: 0, max_streams: 1 }`,
    '    users: [',
    ...userLines(user, password, (subject) => subject),
    '    ]',
    '  }',
  ]
}

function userLines(user: NatsUser, password: (user: string) => string, named: (subject: string) => string): string[] {
  const { publish, subscribe, answers } = user.permissions
  return [
    `      { user: "${user.name}", password: ${password(user.name)}, permissions: {`,
    `        publish: { allow: [${allOf(publish.map(named))}] }`,
    `        subscribe: { allow: [${allOf(subscribe)}] }`,
    ...(answers ? ['        allow_responses: true'] : []),
    '      } }',
  ]
}

/** schema/nats-users.conf: the users for any NATS server, which has their passwords as environment variables. */
export const usersFile = async (): Promise<string> =>
  [
    '# The users of NATS, for an `include` in the server’s configuration. Made by `npm run compose` from what each context says, hears',
    '# and shows. The passwords are environment variables of the server, in quotes within: it would read 1e5 as a number.',
    accounts(await natsUsers(), (user) => `$${passwordVariable(user)}`),
  ].join('\n')

const allOf = (subjects: string[]) =>
  subjects
    .map((subject) => `\n          "${subject}"`)
    .join('')
    .concat('\n        ')
