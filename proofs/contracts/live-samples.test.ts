import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import {
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql'
import { sdlOf, subgraphSchema } from '../../chassis/graphql/schema.ts'
import { liveIdsOf } from '../../chassis/live-ids.ts'
import { liveOutboxMessage, type Shown } from '../../chassis/transaction.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { shownChange } from '../../subgraphs/delivery/application/show.ts'
import { depart } from '../../subgraphs/delivery/domain/attempts.ts'
import { isKnown, request } from '../../subgraphs/delivery/domain/delivery.ts'
import { shownEntry } from '../../subgraphs/my-page/application/show.ts'
import { hear, isShown } from '../../subgraphs/my-page/domain/entry.ts'
import { story } from '../../subgraphs/my-page/testing/stories.ts'
import { shownOrder } from '../../subgraphs/store/application/show.ts'
import { act, type Command, type OpenedOrder, open } from '../../subgraphs/store/domain/store-order.ts'

const id = (last: string) => `01900000-0000-7000-8000-0000000000${last}`
const whose = { orderId: id('a1'), customerId: id('c1'), storeId: id('d1'), ownerId: id('f1') }
const promise = { startsAt: '2026-11-22T09:00:00Z', endsAt: '2026-11-22T12:00:00Z', timeZone: 'Asia/Seoul' }

/** For each context, the domain steps that lead to the live state of its sample. */
const SHOWN: { [context: string]: () => Shown | undefined } = {
  'my-page': () => {
    const [ordered, paid] = story(['Ordered', 'Paid'])
    const entry = ordered && paid ? hear(hear(null, ordered), paid) : null
    return entry && isShown(entry) ? shownEntry(entry, { id: whose.storeId, name: 'KJSHOP' }) : undefined
  },
  store: () => {
    const opened = open(null, { ...whose, promise })?.order
    const decision = opened && opened.status !== 'TOMBSTONE' ? act(opened, { type: 'receiveOrder' }) : null
    return decision && 'order' in decision ? shownOrder(decision.order) : undefined
  },
  delivery: () => {
    const requested = request(null, { ...whose, promise })?.delivery
    if (!requested || !isKnown(requested)) return
    const decision = depart(requested, { riderId: id('f2'), attempt: 1 }, new Date('2026-11-22T09:30:00Z'), null)
    return 'delivery' in decision ? shownChange(requested, decision.delivery)[0] : undefined
  },
}

const sampleOf = (context: string) =>
  JSON.parse(readFileSync(new URL(`../../schema/live/samples/${context}.json`, import.meta.url), 'utf8'))

const schemaOf = (context: string) =>
  subgraphSchema(sdlOf(new URL(`../../subgraphs/${context}/inbound/graphql/${context}.graphql`, import.meta.url)), {})

/** The type of the context's subscription field. */
function payloadOf(context: string): GraphQLObjectType {
  const [field] = Object.values(schemaOf(context).getSubscriptionType()?.getFields() ?? {})
  const payload = field && getNamedType(field.type)
  if (!isObjectType(payload)) throw new Error(`${context} has no subscription field.`)
  return payload
}

/** The fields that other contexts decide by (`@requires`), by type: each context's SDL names them. */
const decidedBy = CONTEXTS.flatMap((context) =>
  Object.values(schemaOf(context).getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap(({ astNode }) => {
          const requires = astNode?.directives?.find(({ name }) => name.value === 'requires')
          const fields = requires?.arguments?.[0]?.value
          return fields?.kind === Kind.STRING ? fields.value.split(/\W+/).map((name) => `${type.name}.${name}`) : []
        })
      : [],
  ),
)

/** The paths of the type's fields that a value lacks; of references to entities only the key is required. */
function missingFrom(value: unknown, type: GraphQLObjectType, isRoot = true): string[] {
  const isEntity = [type.astNode, ...type.extensionASTNodes].some((node) =>
    node?.directives?.some(({ name }) => name.value === 'key'),
  )
  const member = (Array.isArray(value) ? value[0] : value) as { [field: string]: unknown }
  if (isEntity && !isRoot) return 'id' in member ? [] : ['id']
  return Object.values(type.getFields()).flatMap(({ name, type: of, args }) => {
    if (args.length) return []
    if (!(name in member)) return decidedBy.includes(`${type.name}.${name}`) ? [] : [name]
    const named = getNamedType(of)
    if (member[name] === null) return isNonNullType(of) ? [`${name} is null`] : []
    if (isLeafType(named) || !isObjectType(named)) return []
    return missingFrom(member[name], named, false).map((path) => `${name}${isListType(of) ? '[]' : ''}.${path}`)
  })
}

describe.each(Object.entries(SHOWN))('the live state of %s', (context, show) => {
  it('equals its golden sample', () => {
    const shown = show()
    if (!shown) throw new Error('There is no live state.')
    const { subject, message } = liveOutboxMessage(shown)
    const ids = liveIdsOf(schemaOf(context))
    expect({ subject: ids.subject(subject), ...ids.message(message) }).toEqual(sampleOf(context))
  })

  it('has every field of the context’s own, so that the router fetches nothing from it', () => {
    const { state } = sampleOf(context)
    const payload = payloadOf(context)
    const fields = Object.values(payload.getFields()).filter(({ name }) => name !== 'kind' && name !== 'cursor')
    expect(Object.keys(state)).toEqual(fields.map(({ name }) => name))
    for (const { name, type } of fields) {
      const shown = getNamedType(type)
      expect(isObjectType(shown) && missingFrom(state[name], shown)).toEqual([])
    }
  })
})

it('no live message has what another context decides by: a message may be sent again when that no longer holds', () => {
  expect(decidedBy).toEqual(expect.arrayContaining(['Delivery.waits', 'Delivery.riderId']))
  const fieldsIn = (value: unknown): string[] =>
    Object.entries(value && typeof value === 'object' ? value : {}).flatMap(([name, of]) => [
      `${(value as { __typename?: string }).__typename}.${name}`, // of an object, as the line above says
      ...fieldsIn(of),
    ])
  for (const show of Object.values(SHOWN)) {
    const fields = fieldsIn(show()?.state)
    expect(fields.length).toBeGreaterThan(5)
    expect(fields.filter((field) => decidedBy.includes(field))).toEqual([])
  }
})

describe('what a florist writes is in no live message, because it may name a person', () => {
  const opened = open(null, whose)?.order
  if (!opened || opened.status === 'TOMBSTONE') throw new Error('The order is not open.')
  const shownAfter = (order: OpenedOrder, command: Command) => {
    const decision = act(order, command)
    if (!('order' in decision)) throw new Error(decision.message)
    const shown = shownOrder(decision.order)
    expect(JSON.stringify(shown)).not.toContain('홍길동')
    return shown
  }

  it('the reason of a rejection', () => {
    const shown = shownAfter(opened, { type: 'rejectOrder', reason: '홍길동 asked twice' })
    expect(shown).toMatchObject({
      open: false,
      state: { storeOrder: { status: 'REJECTED', rejectionCause: 'FLORIST' } },
    })
    expect(shown.state.storeOrder).not.toHaveProperty('rejectionReason')
  })

  it('what was used instead of a flower', () => {
    const received = { ...opened, status: 'RECEIVED' } as const
    const shown = shownAfter(received, { type: 'decorateOrder', substituted: 'lilies, as 홍길동 likes' })
    expect(shown).toMatchObject({ open: true, state: { storeOrder: { status: 'DECORATED', rejectionReason: null } } })
    expect(shown.state.storeOrder).not.toHaveProperty('substituted')
  })
})
