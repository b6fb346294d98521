import { expect, it } from '@jest/globals'
import { globalId } from './global-ids.ts'
import { subgraphSchema } from './graphql/schema.ts'
import { newId } from './ids.ts'
import type { LiveMessage } from './live.ts'
import { liveIdsOf, withGlobalIds } from './live-ids.ts'
import { type LiveStream, type MessageName, type OutboxMessage, relayBatch } from './relay.ts'

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const SDL = `directive @live(subjects: [String!]!) on FIELD_DEFINITION
  directive @id(of: String!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  scalar DateTime scalar Cursor interface Failure { message: String! }
  type Entry @key(fields: "id") { id: ID! orderId: ID! @id(of: "Order") itemIds: [ID!] @id(of: "Item") order: Order name: String! }
  type Order @key(fields: "id") { id: ID! }
  type Query { entry: Entry }
  type Subscription {
    entryUpdated(orderId: ID @id(of: "Order"), word: String): Entry
      @live(subjects: ["live.entry.{claims.sub}.{args.orderId}", "live.entry.all.*.{args.word}"])
  }`
const ids = liveIdsOf(subgraphSchema([LINK, SDL], {}))
const [user, order, entry] = [newId(), newId(), newId()]

it('writes the ids of entities and of arguments as global ids', () => {
  const state = {
    entry: { __typename: 'Entry', id: entry, orderId: order, order: { __typename: 'Order', id: order }, name: order },
  }
  const own: LiveMessage = { revision: 1, open: true, state, elsewhere: `live.entry.${user}.${order}` }
  const id = globalId('Order', order)
  expect(ids.subject(`live.entry.${user}.${order}`)).toBe(`live.entry.${user}.${id}`)
  expect(ids.message(own)).toEqual({
    revision: 1,
    open: true,
    state: {
      entry: {
        __typename: 'Entry',
        id: globalId('Entry', entry),
        orderId: id,
        order: { __typename: 'Order', id },
        name: order,
      },
    },
    elsewhere: `live.entry.${user}.${id}`,
  })
})

it('writes lists of ids, and passes other values on', () => {
  const state = { list: [{ __typename: 'Entry', itemIds: [order, entry], name: null }, 7, null, true] }
  expect(ids.message({ revision: 1, open: true, state }).state).toEqual({
    list: [
      { __typename: 'Entry', itemIds: [globalId('Item', order), globalId('Item', entry)], name: null },
      7,
      null,
      true,
    ],
  })
})

it('reads the ids of a requested pattern, and none of another type', () => {
  expect(ids.ownPattern(`live.entry.${user}.${globalId('Order', order)}`)).toBe(`live.entry.${user}.${order}`)
  expect(ids.ownPattern(`live.entry.${user}.*`)).toBe(`live.entry.${user}.*`)
  expect(ids.ownPattern(`live.other.${user}.x`)).toBe(`live.other.${user}.x`)
  for (const id of [order, globalId('Entry', order), 'x']) expect(ids.ownPattern(`live.entry.${user}.${id}`)).toBeNull()
})

it('publishes messages so', async () => {
  const published: OutboxMessage[] = []
  const publish = async (message: OutboxMessage) => {
    published.push(message)
    return { id: message.id, sequence: 1, isDuplicate: false }
  }
  const stream = withGlobalIds({ publish } as LiveStream, ids) // nothing else of it is called
  const subject = `live.entry.${user}.${order}`
  const message = { revision: 1, open: true, state: { entry: { __typename: 'Entry', id: entry } } }
  await stream.publish({ position: 1, id: 'm', subject, key: 'k', message })
  const state = { entry: { __typename: 'Entry', id: globalId('Entry', entry) } }
  expect(published).toEqual([
    { position: 1, id: 'm', subject: ids.subject(subject), key: 'k', message: { ...message, state } },
  ])
})

it('publishes a message once whose acknowledgement was lost', async () => {
  const message = { revision: 1, open: true, state: {} }
  const row = { position: 1, id: 'm', subject: `live.entry.${user}.${order}`, key: 'k', message }
  const stored: MessageName[] = []
  const stream = {
    publish: async ({ id, subject }: OutboxMessage) => {
      const before = stored.findIndex((each) => each.id === id)
      if (before >= 0) return { id, sequence: before + 1, isDuplicate: true }
      return { id, sequence: stored.push({ id, subject }), isDuplicate: false }
    },
    messageAt: async (sequence) => stored[sequence - 1] ?? null,
    disconnects: () => 0,
  } as LiveStream // The rest is not called.
  const outbox = { unpublished: async () => [row], mark: async () => {} }
  const checkpoint = { created: 'monday', disconnects: 0, firstSequence: 1, deletedCount: 0 }
  for (const _ of [1, 2]) await relayBatch(outbox, withGlobalIds(stream, ids), checkpoint)
  expect(stored).toEqual([{ id: 'm', subject: `live.entry.${user}.${globalId('Order', order)}` }])
})
