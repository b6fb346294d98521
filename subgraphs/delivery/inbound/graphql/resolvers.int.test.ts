import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { cursorOf } from '../../../../chassis/graphql/connection.ts'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { DEFAULT_CALENDAR } from '../../../../schema/calendar/calendar.ts'
import { windowId } from '../../../../schema/calendar/window-id.ts'
import { dayOf, windowsOn } from '../../../../schema/calendar/windows.ts'
import { feedOf, readsOf } from '../../outbound/postgres/reads.ts'
import { deliveryOnPostgres } from '../../testing/database.ts'
import { decorated, parties, promiseAt, registrationCancelled } from '../../testing/facts.ts'
import { resolversOn } from './resolvers.ts'

const rider = as('RIDER')
const otherRider = as('RIDER')
const customer = as('CUSTOMER', parties.customerId)
const owner = as('STORE_OWNER', parties.ownerId)
const strangers = [as('CUSTOMER'), as('STORE_OWNER'), { sub: 'machine', roles: [], scopes: [] }, null]

/** By their windows: one of each status (departed and completed by `rider`), then a second REQUESTED, without a window. */
const ids = [1, 2, 3, 4, 5].map((later) => newId(Date.now() + later))
const [cancelled = '', completed = '', departed = '', requested = '', without = ''] = ids
const windows = [1, 2, 2, 3].map((later) => promiseAt(new Date(Date.now() + later * 3_600_000)))
const tombstone = newId()

const subject = await deliveryOnPostgres()
const { run, entities } = subgraph(
  new URL('./delivery.graphql', import.meta.url),
  resolversOn(subject.delivery),
  (claims) => ({ claims, reads: readsOf(subject.orm) }),
)

beforeAll(async () => {
  const { commands, hear } = subject.delivery
  await hear(registrationCancelled(tombstone))
  // Decorated in another order than the list's.
  for (const [index, id] of [...ids.entries()].toReversed()) await hear(decorated(id, parties, windows[index]))
  await hear(registrationCancelled(cancelled))
  for (const deliveryId of [departed, completed])
    await commands.departForDelivery({ id: rider.sub, isRider: true }, { deliveryId })
  await commands.completeDelivery({ id: rider.sub, isRider: true }, { deliveryId: completed })
})
afterAll(subject.close)

describe('deliveries', () => {
  const list = `query ($status: [DeliveryStatus!], $first: Int, $after: Cursor) {
    deliveries(status: $status, first: $first, after: $after) {
      edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor }
    }
  }`
  const listed = async (claims: Claims, variables: Record<string, unknown> = {}) =>
    (await run(claims, list, variables)).data.deliveries?.nodes.map(({ id }: { id: string }) => id)

  it('lists the waiting deliveries and the rider’s own, by the promised windows, those without one last', async () => {
    expect(await listed(rider)).toEqual([completed, departed, requested, without])
    expect(await listed(otherRider)).toEqual([requested, without])
  })

  it('lists nothing for callers who are not riders', async () => {
    for (const reader of [customer, owner, ...strangers]) {
      expect(await run(reader, list)).toEqual({ data: { deliveries: null } })
    }
  })

  it('lists by status', async () => {
    expect(await listed(rider, { status: ['DEPARTED', 'COMPLETED'] })).toEqual([completed, departed])
    expect(await listed(otherRider, { status: ['DEPARTED', 'CANCELLED'] })).toEqual([])
    expect(await listed(rider, { status: [] })).toEqual([])
    expect(await listed(rider, { status: ['DEPARTED', 'COMPLETED', 'DEPARTED'] })).toEqual([completed, departed])
    const many = { status: Array(18_000).fill('REQUESTED') }
    expect(await run(rider, list, many)).toEqual({ data: { deliveries: null }, errors: ['BAD_USER_INPUT'] })
  })

  it('comes in pages', async () => {
    const { data } = await run(rider, list, { first: 3 })
    const { nodes, edges, pageInfo } = data.deliveries
    expect(nodes).toEqual([{ id: completed }, { id: departed }, { id: requested }])
    expect([edges[2].cursor, pageInfo.hasNextPage]).toEqual([pageInfo.endCursor, true])
    expect(await listed(rider, { after: pageInfo.endCursor })).toEqual([without])
    for (const wrong of [{ first: 101 }, { after: cursorOf({ id: requested }) }])
      expect((await run(rider, list, wrong)).errors).toEqual(['BAD_USER_INPUT'])
  })

  it('shows everything once, page by page, while deliveries are added before and behind', async () => {
    const page = async (after: string | null) =>
      (await run(rider, list, { first: 1, after, status: ['REQUESTED', 'DEPARTED', 'COMPLETED'] })).data.deliveries
    const added: string[] = []
    const add = async (inHours: number | null) => {
      const id = newId()
      const window = inHours === null ? undefined : promiseAt(new Date(Date.now() + inHours * 3_600_000))
      await subject.delivery.hear(decorated(id, parties, window))
      added.push(id)
    }
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo }: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } =
        await page(after)
      seen.push(...nodes.map(({ id }) => id))
      if (seen.length === 2) for (const inHours of [1, 2.5, null]) await add(inHours)
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    const [, between = '', last = ''] = added
    expect(seen).toEqual([completed, departed, between, requested, without, last])
    for (const id of added) await subject.delivery.hear(registrationCancelled(id))
  })
})

describe('a delivery', () => {
  const fields = `... on Delivery { id status promise { startsAt endsAt timeZone } rider { id disclosed } departedAt completedAt order { id } }
    ... on Order { delivery { id } }`
  const of = (id: string) => [
    { __typename: 'Delivery', id },
    { __typename: 'Order', id },
  ]

  it('is read by customer and owner; by every rider while it waits for one, then by its rider', async () => {
    const all = { customer, owner, rider, otherRider }
    for (const [id, readers] of [
      [requested, [customer, owner, rider, otherRider]],
      [departed, [customer, owner, rider]],
      [completed, [customer, owner, rider]],
      [cancelled, [customer, owner]],
    ] as const) {
      for (const reader of [...Object.values(all), ...strangers]) {
        const { data, errors } = await entities(reader, fields, of(id))
        const may = reader !== null && readers.some((one) => one === reader)
        expect(data._entities).toEqual(
          may ? [expect.objectContaining({ id }), { delivery: { id } }] : [null, { delivery: null }],
        )
        expect(errors).toBeUndefined()
      }
    }
  })

  it('returns its rider and the times', async () => {
    const { data } = await entities(customer, fields, [...of(completed), ...of(requested)])
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(data._entities[0]).toEqual({
      id: completed,
      status: 'COMPLETED',
      promise: windows[1],
      rider: { id: rider.sub, disclosed: true },
      departedAt: time,
      completedAt: time,
      order: { id: completed },
    })
    const { data: old } = await entities(customer, fields, of(without))
    expect(old._entities[0]).toMatchObject({ id: without, promise: null })
    expect(data._entities[2]).toMatchObject({ status: 'REQUESTED', rider: null, departedAt: null, completedAt: null })
  })

  it('that is a tombstone or not there is null to all', async () => {
    for (const id of [tombstone, newId(), 'not an id']) {
      for (const reader of [customer, owner, rider]) {
        expect(await entities(reader, fields, of(id))).toEqual({ data: { _entities: [null, { delivery: null }] } })
      }
    }
  })

  it('is read in one query with all the others', async () => {
    const { answer, queries } = await subject.queriesOf(() => entities(customer, fields, ids.flatMap(of)))
    expect(answer.data._entities).not.toContain(null)
    expect(queries).toBe(1)
  })
})

describe('the commands', () => {
  const answer = `{
    __typename
    ... on DeliveryPayload { delivery { id status rider { id } } }
    ... on WrongState { status }
    ... on InvalidInput { problems { path } }
    ... on Failure { message }
  }`
  const depart = `mutation ($id: ID!) { departForDelivery(input: { deliveryId: $id }) ${answer} }`
  const complete = `mutation ($id: ID!, $proof: DeliveryProofInput) {
    completeDelivery(input: { deliveryId: $id, proof: $proof }) ${answer}
  }`

  it('are for riders', async () => {
    for (const reader of [customer, owner]) {
      expect((await run(reader, depart, { id: requested })).errors).toEqual(['FORBIDDEN'])
      expect((await run(reader, complete, { id: departed })).errors).toEqual(['FORBIDDEN'])
    }
    expect((await run(null, depart, { id: requested })).errors).toEqual(['UNAUTHENTICATED'])
    expect((await run(null, complete, { id: requested })).errors).toEqual(['UNAUTHENTICATED'])
  })

  it('return the changed delivery, or a failure', async () => {
    const id = newId()
    await subject.delivery.hear(decorated(id))
    const { data: went } = await run(otherRider, depart, { id })
    const delivery = { id, status: 'DEPARTED', rider: { id: otherRider.sub } }
    expect(went.departForDelivery).toEqual({ __typename: 'DeliveryPayload', delivery })
    const { data: late } = await run(rider, depart, { id })
    expect(late.departForDelivery).toMatchObject({ __typename: 'WrongState', status: 'DEPARTED' })
    const { data: notTheirs } = await run(rider, complete, { id })
    expect(notTheirs.completeDelivery).toMatchObject({ __typename: 'NotFound' })
    const { data: wrong } = await run(otherRider, complete, { id, proof: { note: 'x'.repeat(501) } })
    expect(wrong.completeDelivery).toMatchObject({ problems: [{ path: ['proof', 'note'] }] })
    const { data: done } = await run(otherRider, complete, { id, proof: { note: 'at the door' } })
    expect(done.completeDelivery.delivery).toMatchObject({ status: 'COMPLETED' })
  })
})

describe('live', () => {
  const { find } = feedOf(subject.orm)
  const page: { after: string | null; limit: number } = { after: null, limit: 200 }
  const idsOf = async (audience: string, id: string | null = null, of: Partial<typeof page> = {}) =>
    (await find({ audience: [audience], id }, { ...page, ...of })).map((one) => one.id)

  it('equals the query result', async () => {
    const fields = `__typename ... on Delivery {
      id order { __typename id } status promise { startsAt endsAt timeZone } attempt
      attempts { attempt rider { __typename id disclosed } departedAt reason note photo { photo } endedAt at }
      rider { __typename id disclosed } departedAt completedAt trackToken
    }`
    for (const [id, audience, revision] of [
      [requested, 'open', 1],
      [departed, rider.sub, 2],
      [completed, rider.sub, 3],
    ] as const) {
      const { data } = await entities(rider, fields, [{ __typename: 'Delivery', id }])
      expect((await subject.shown()).findLast((one) => one.subject === `live.delivery.${audience}.${id}`)).toEqual({
        subject: `live.delivery.${audience}.${id}`,
        revision,
        open: id !== completed,
        state: { delivery: data._entities[0] },
      })
    }
  })

  it('returns the last live states of waiting deliveries, by id, page by page', async () => {
    const open = (await idsOf('open')).filter((id) => ids.includes(id))
    expect(open).toEqual([requested, without])
    expect(await idsOf('open', null, { limit: 1 })).toHaveLength(1)
    expect(await idsOf('open', null, { after: requested })).not.toContain(requested)
    for (const one of await find({ audience: ['open'], id: null }, page)) {
      const last = (await subject.shown()).findLast((other) => other.subject === `live.delivery.open.${one.id}`)
      expect(one).toMatchObject({ revision: last?.revision, open: true, state: last?.state })
    }
  })

  it('returns a rider’s own deliveries that are on their way, and one by its id in any state', async () => {
    expect(await idsOf(rider.sub)).toEqual([departed])
    expect(await find({ audience: [rider.sub], id: completed }, page)).toMatchObject([{ id: completed, open: false }])
    expect(await idsOf(otherRider.sub)).toEqual([])
    expect(await idsOf(otherRider.sub, departed)).toEqual([])
  })

  it('finds nothing for unknown or invalid ids', async () => {
    expect(await idsOf('open', requested)).toEqual([])
    expect(await idsOf('open', departed)).toEqual([])
    expect(await idsOf('no id')).toEqual([])
    expect(await idsOf(rider.sub, 'no id')).toEqual([])
    expect(await find({ audience: [rider.sub, rider.sub], id: null }, page)).toEqual([])
  })
})

describe('who carries it, and what they noted', () => {
  const fields = `... on Delivery {
    rider { id } attempt attempts { attempt rider { id } reason note at } trackToken waits riderId
  }`
  const read = async (claims: Claims, id: string) =>
    (await entities(claims, fields, [{ __typename: 'Delivery', id }])).data._entities[0]
  const failed = newId()
  const asRider = { id: rider.sub, isRider: true }
  const attempt = { attempt: 1, reason: 'NO_ACCESS', note: '문이 잠김', at: '2026-11-22T09:30:00.000Z' }

  beforeAll(async () => {
    const { commands, hear } = subject.delivery
    await hear(decorated(failed))
    await commands.departForDelivery({ id: rider.sub, isRider: true }, { deliveryId: failed })
    await commands.reportFailedAttempt(asRider, { deliveryId: failed, ...attempt })
  })

  it('is shown to the customer, the owner and that rider; the link to the customer only', async () => {
    const shown = { rider: { id: rider.sub }, attempt: 1, attempts: [{ ...attempt, rider: { id: rider.sub } }] }
    const hidden = { waits: false, riderId: rider.sub }
    const link = expect.stringMatching(/^[\w-]{64}$/)
    expect(await read(customer, failed)).toEqual({ ...shown, ...hidden, trackToken: link })
    for (const reader of [owner, rider])
      expect(await read(reader, failed)).toEqual({ ...shown, ...hidden, trackToken: null })
    expect(await read(otherRider, failed)).toBeNull()
  })

  it('is hidden from the riders to whom it is offered once more; the first one is answered, but not told who comes next', async () => {
    const window = windowsOn(DEFAULT_CALENDAR, dayOf(DEFAULT_CALENDAR, new Date(Date.now() + 24 * 3_600_000)))[0]
    if (!window) throw new Error('There is a window every day.')
    const again = `mutation ($id: ID!, $window: ID!) {
      requestRedelivery(input: { deliveryId: $id, windowId: $window }) { __typename ... on DeliveryPayload { delivery { attempt } } }
    }`
    const id = failed
    const inWindow = { id, window: windowId({ storeId: parties.storeId, ...window }) }
    expect((await run(otherRider, again, inWindow)).errors).toEqual(['FORBIDDEN'])
    expect((await run(as('CUSTOMER'), again, inWindow)).data.requestRedelivery).toEqual({ __typename: 'NotFound' })
    expect((await run(customer, again, inWindow)).data.requestRedelivery.delivery).toEqual({ attempt: 2 })
    const offered = await read(otherRider, id)
    expect(offered).toMatchObject({ rider: null, waits: true, riderId: null, trackToken: null })
    expect(offered.attempts).toEqual([{ ...attempt, rider: null, note: null }])
    subject.clock.pass(window.startsAt.getTime() - Date.now())
    await subject.delivery.commands.departForDelivery(
      { id: otherRider.sub, isRider: true },
      { deliveryId: id, attempt: 2 },
    )
    const repeated = `mutation ($id: ID!) {
      reportFailedAttempt(input: { deliveryId: $id, attempt: 1, reason: NO_ACCESS }) {
        ... on DeliveryPayload { delivery { status rider { id } attempts { rider { id } } } }
      }
    }`
    expect((await run(rider, repeated, { id })).data.reportFailedAttempt.delivery).toEqual({
      status: 'DEPARTED',
      rider: null,
      attempts: [{ rider: { id: rider.sub } }, { rider: null }],
    })
    expect(await read(rider, id)).toBeNull()
    expect(await read(otherRider, id)).toMatchObject({ riderId: otherRider.sub, attempts: [{ rider: null }, {}] })
  })
})

describe('the recipient’s link', () => {
  const track = 'query ($token: String!) { track(token: $token) { orderId storeId status promise { timeZone } } }'
  const tokenOf = async (id: string) => {
    const { data } = await entities(customer, '... on Delivery { trackToken }', [{ __typename: 'Delivery', id }])
    return data._entities[0].trackToken
  }

  it('shows without sign-in how far it is; unknown, forbidden, and not departed alike: null', async () => {
    const id = newId()
    await subject.delivery.hear(decorated(id, parties, windows[0]))
    const token = await tokenOf(id)
    expect(await run(null, track, { token })).toEqual({ data: { track: null } })
    await subject.delivery.commands.departForDelivery({ id: rider.sub, isRider: true }, { deliveryId: id })
    const shown = { orderId: id, storeId: parties.storeId, status: 'ON_ITS_WAY', promise: { timeZone: 'Asia/Seoul' } }
    expect((await run(null, track, { token })).data.track).toEqual(shown)
    const set = 'mutation ($id: ID!, $on: Boolean!) { setTracking(input: { deliveryId: $id, on: $on }) { __typename } }'
    expect((await run(customer, set, { id, on: false })).data.setTracking).toEqual({ __typename: 'DeliveryPayload' })
    for (const wrong of [token, `${token}A`, 'x', ''])
      expect(await run(null, track, { token: wrong })).toEqual({ data: { track: null } })
  })
})
