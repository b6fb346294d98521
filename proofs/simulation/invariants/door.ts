import { tracked } from '../../../subgraphs/delivery/application/link.ts'
import type { Attempt, Delivery, KnownDelivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import { isKnown } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import { carriedFor } from '../../../subgraphs/order/inbound/graphql/views.ts'
import type { Store } from '../../../subgraphs/store/domain/store.ts'
import { calendarIn } from '../calendars.ts'
import type { Records } from '../people/requests.ts'
import { LINK_SECRET } from '../plan.ts'
import type { World } from '../world.ts'
import { factsOf } from './facts.ts'
import { assertRule } from './violation.ts'

const DAY_MS = 24 * 60 * 60_000

/** What happened at the door is what riders said, the right rider reads the address, and links end when they should. */
export function checkDoor(world: World, records: Records): void {
  for (const delivery of world.databases.delivery.rows<Delivery>('deliveries').filter(isKnown)) {
    checkSaid(delivery, records)
    checkReaders(world, delivery)
    checkLinks(world, delivery, records)
  }
  for (const { id, name } of world.databases.store.rows<Store>('stores')) {
    const [own, heard] = [calendarIn(world, 'store', id), calendarIn(world, 'delivery', id)]
    assertRule("delivery knows every store's latest calendar", own?.calendarVersion === heard?.calendarVersion, () => {
      return `${name} has version ${own?.calendarVersion}, but delivery has ${heard?.calendarVersion}.`
    })
  }
}

const VERBS = { COMPLETED: 'completes', RETURNED: 'returns' }

/** Each departure and outcome was commanded by that rider, for that attempt; a command that names none is about the first. */
function checkSaid({ id, attempts }: KnownDelivery, { rides }: Records): void {
  const isSaid = (said: string) => rides.get(id)?.has(said) ?? false
  const verbOf = (outcome: string) => VERBS[outcome as keyof typeof VERBS] ?? 'fails'
  for (const { attempt, riderId, outcomes } of attempts)
    for (const verb of ['departs', ...outcomes.map(({ outcome }) => verbOf(outcome))])
      assertRule(
        'nothing happens on an attempt that its rider did not name',
        isSaid(`${riderId} ${verb} ${attempt}`),
        () => {
          return `${riderId} never said "${verb} attempt ${attempt}" of ${id}.`
        },
      )
}

/** By delivery's facts: the rider of the latest attempt that was requested, until a day after the end; before departure nobody. */
function riderByFacts(world: World, { id, attempts, attempt }: KnownDelivery): string | null {
  const facts = factsOf(world.databases.delivery).filter(({ data }) => 'orderId' in data && data.orderId === id)
  const end = facts.find(({ type }) => type === 'DeliveryCompleted' || type === 'FlowersReturned')
  if (end && world.scheduler.now() - Date.parse(end.occurredAt) >= DAY_MS) return null
  const departed = facts.flatMap((fact) =>
    fact.type === 'DepartedForDelivery' && (fact.data.attempt ?? 1) === attempt ? [fact.data.riderId] : [],
  )
  const completedBy = attempts.find((one: Attempt) => one.outcomes.some(({ outcome }) => outcome === 'COMPLETED'))
  return completedBy?.riderId ?? departed[0] ?? null
}

function checkReaders(world: World, delivery: KnownDelivery): void {
  const order = world.databases.order.row<Order>('orders', delivery.id)
  if (!order) return
  const reference = {
    id: delivery.id,
    waits: delivery.status === 'REQUESTED',
    riderId: world.riderKnowing(delivery, new Date(world.scheduler.now())),
  }
  const expected = riderByFacts(world, delivery)
  for (const rider of new Set([expected, ...delivery.attempts.map(({ riderId }) => riderId)])) {
    if (rider === null) continue
    const seen = carriedFor({ sub: rider, roles: ['RIDER'], scopes: [] }, order, null, reference)
    assertRule(
      'the rider of the present attempt reads the address, and no other',
      !seen?.recipient === (rider !== expected),
      () => {
        return `${rider} ${seen?.recipient ? 'reads' : 'does not read'} where ${delivery.id} goes, which is for ${expected}.`
      },
    )
  }
}

function checkLinks(world: World, delivery: KnownDelivery, { links }: Records): void {
  const phone = world.databases.order.row<Order>('orders', delivery.id)?.recipient.phone
  const now = new Date(world.scheduler.now())
  for (const { token, phone: givenTo, isForbidden } of links.get(delivery.id) ?? []) {
    const shows = tracked(LINK_SECRET, token, delivery, now) !== null
    assertRule('a link ends with the phone number that it was given to', !shows || givenTo === phone, () => {
      return `The link of ${delivery.id} was given to ${givenTo}, and still shows something; the number is ${phone}.`
    })
    assertRule('a link that was forbidden shows nothing', !shows || !isForbidden, () => `That of ${delivery.id} does.`)
  }
}
