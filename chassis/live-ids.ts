import { type GraphQLSchema, Kind } from 'graphql'
import { globalId, readGlobalId, writeIds } from './global-ids.ts'
import { type IdTypes, readIdTypes } from './graphql/id-types.ts'
import type { LiveMessage } from './live.ts'
import type { LiveStream, OutboxMessage } from './relay.ts'

/** How a context's live messages carry ids: UUIDs in its database and its code, global ids on the stream LIVE. */
export type LiveIds = {
  /** A message's subject, or one of its parts, as it is on LIVE. */
  subject(own: string): string
  message(own: LiveMessage): LiveMessage
  /** A pattern of LIVE's subjects in the context's own form; null if an id in it is of another type, so that it fits nothing. */
  ownPattern(pattern: string): string | null
}

/**
 * Reads from a schema which ids its messages carry: in states, the fields of each `__typename`; in subjects, the arguments that
 * `@live` puts into them, since a subscriber sends global ids.
 */
export function liveIdsOf(schema: GraphQLSchema): LiveIds {
  const ids = readIdTypes(schema)
  const tokens = idTokens(schema, ids)
  const mapTokens = (subject: string, change: (token: string, of: string) => string | null): string | null => {
    const parts = subject.split('.')
    const changed = parts.map((token, index) => {
      const of = tokens.get(`${parts[1]} ${index}`)
      return of === undefined || token === '*' ? token : change(token, of)
    })
    return changed.includes(null) ? null : changed.join('.')
  }
  const subject = (own: string) => mapTokens(own, (token, of) => globalId(of, token)) ?? own
  const state = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(state)
    if (typeof value !== 'object' || value === null) return value
    const own = '__typename' in value ? ids.ofObject(`${value.__typename}`) : undefined
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => {
        const of = own?.get(name)
        return [name, of === undefined ? state(part) : writeIds(of, part)]
      }),
    )
  }
  return {
    subject,
    message: (own) => ({
      ...own,
      state: state(own.state) as LiveMessage['state'], // an object stays one
      ...(own.elsewhere !== undefined && { elsewhere: subject(own.elsewhere) }),
    }),
    ownPattern: (pattern) =>
      mapTokens(pattern, (token, of) => {
        const read = readGlobalId(token)
        return read?.type === of ? read.id : null
      }),
  }
}

/** The stream, on which messages have global ids, as the context's relay knows it: with UUIDs. */
export const withGlobalIds = (stream: LiveStream, ids: LiveIds): LiveStream => ({
  ...stream,
  publish: ({ subject, message, ...rest }: OutboxMessage) =>
    // The live outbox has live messages only.
    stream.publish({ ...rest, subject: ids.subject(subject), message: ids.message(message as LiveMessage) }),
  // A relay compares what is stored with its own messages.
  messageAt: async (sequence) => {
    const stored = await stream.messageAt(sequence)
    return stored && { ...stored, subject: ids.ownPattern(stored.subject) ?? stored.subject }
  },
})

/** By feed and position, the types of the ids in its subjects. */
function idTokens(schema: GraphQLSchema, ids: IdTypes): Map<string, string> {
  const found = new Map<string, string>()
  const subscription = schema.getSubscriptionType()
  for (const { name, astNode } of Object.values(subscription?.getFields() ?? {})) {
    const live = astNode?.directives?.find((directive) => directive.name.value === 'live')
    const subjects = live?.arguments?.find((argument) => argument.name.value === 'subjects')?.value
    for (const template of subjects?.kind === Kind.LIST ? subjects.values : []) {
      if (template.kind !== Kind.STRING) continue
      // No name of a claim or an argument has a dot, so only the one in braces is hidden.
      const tokens = template.value.replace(/\{(\w+)\.(\w+)\}/g, '$1 $2').split('.')
      for (const [index, token] of tokens.entries()) {
        const [source, argument] = token.split(' ')
        const of = source === 'args' ? ids.ofInput(`${subscription?.name}.${name}.${argument}`) : undefined
        if (of !== undefined) found.set(`${tokens[1]} ${index}`, of)
      }
    }
  }
  return found
}
