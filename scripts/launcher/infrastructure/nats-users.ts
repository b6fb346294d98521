import { existsSync, readFileSync } from 'node:fs'
import {
  contextPermissions,
  keeperPermissions,
  type NatsUse,
  type Permissions,
  routerPermissions,
} from '../../../chassis/nats/permissions.ts'
import { published } from '../../../schema/events/facts.ts'
import { CONTEXTS, inCapitals } from '../../contexts.mjs'

/** A user of NATS: a program, which has its name. */
export type NatsUser = { name: string; permissions: Permissions }

/** The user who may do everything: for operators, tests, and setting up the streams. No program has its password. */
export const ADMIN = 'admin'

/** The environment variable, in capitals, that has a user's password where there is no secrets.json. */
export const passwordVariable = (user: string): string =>
  user === ADMIN ? 'NATS_PASSWORD' : `NATS_PASSWORD_${inCapitals(user)}`

/** The programs that use NATS, with what each may do there: account uses none. */
export async function natsUsers(): Promise<NatsUser[]> {
  const uses = await Promise.all(CONTEXTS.map(useOf))
  const feeds = uses.filter(({ shows }) => shows).map(({ name }) => name)
  const users = [
    ...uses.map((use) => [use.name, contextPermissions(use)] as const),
    ['router', routerPermissions(feeds)] as const,
    ['streams', keeperPermissions()] as const,
  ]
  return users.flatMap(([name, permissions]) => (permissions ? [{ name, permissions }] : []))
}

/** What a context uses NATS for, by the tables that it has: the facts that it publishes, its `hears`, its live subjects. */
async function useOf(name: string): Promise<NatsUse> {
  const folder = new URL(`../../../subgraphs/${name}/`, import.meta.url)
  const table = new URL('inbound/nats/hears.ts', folder)
  const { hears }: { hears: object } = existsSync(table) ? await import(table.href) : { hears: {} }
  const sdl = readFileSync(new URL(`inbound/graphql/${name}.graphql`, folder), 'utf8')
  const feeds = [...sdl.matchAll(/"live\.([^."]+)\./g)].map(([, feed]) => feed)
  const foreign = feeds.find((feed) => feed !== name)
  if (foreign) throw new Error(`${name} has @live subjects of the feed ${foreign}: a context's feed has its own name.`)
  return {
    name,
    says: Object.hasOwn(published, name),
    hears: Object.keys(hears).length > 0,
    shows: feeds.length > 0,
  }
}

/**
 * The part of a NATS server's configuration that admits the administrator and these users. `password` returns the text that
 * stands there: a quoted password, or `$VARIABLE`.
 */
export function authorization(users: NatsUser[], password: (user: string) => string): string {
  const lines = users.flatMap(({ name, permissions: { publish, subscribe, answers } }) => [
    `    { user: "${name}", password: ${password(name)}, permissions: {`,
    `      publish: { allow: [${allOf(publish)}] }`,
    `      subscribe: { allow: [${allOf(subscribe)}] }`,
    ...(answers ? ['      allow_responses: true'] : []),
    '    } }',
  ])
  const admin = `    { user: "${ADMIN}", password: ${password(ADMIN)} }`
  return ['authorization {', '  users: [', admin, ...lines, '  ]', '}', ''].join('\n')
}

/** schema/nats-users.conf: the users for any NATS server, which has their passwords as environment variables. */
export const usersFile = async (): Promise<string> =>
  [
    '# The users of NATS, for an `include` in the server’s configuration. Made by `npm run compose` from what each context says, hears',
    '# and shows. The passwords are environment variables of the server, in quotes within: it would read 1e5 as a number.',
    authorization(await natsUsers(), (user) => `$${passwordVariable(user)}`),
  ].join('\n')

const allOf = (subjects: string[]) =>
  subjects
    .map((subject) => `\n        "${subject}"`)
    .join('')
    .concat('\n      ')
