import { DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import { windowId } from '../../../schema/calendar/window-id.ts'
import { trackTokenOf } from '../../../subgraphs/delivery/application/link.ts'
import { type Delivery, isKnown, type KnownDelivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import { calendarIn, windowsShown } from '../calendars.ts'
import { LINK_SECRET, type Person } from '../plan.ts'
import { type Actor, actRepeatedly, request } from './requests.ts'

const PHONES = ['010-1234-5678', '010-1111-2222', '010-3333-4444']

/** Asks for second attempts, corrects the recipient, and gives the link away or forbids it. */
export async function atTheDoor(self: Actor, { door }: Extract<Person, { does: 'order' }>): Promise<void> {
  await actRepeatedly(self, door.acts, () => {
    const failed = ownDeliveries(self).filter(({ status, attempt }) => status === 'ATTEMPTED' && attempt === 1)
    if (failed.length && self.random.chance(door.asksAgain)) return askAgain(self, self.random.pick(failed))
    if (self.random.chance(0.6)) return null
    return self.random.chance(0.4) ? correct(self) : useLink(self)
  })
}

/** Asks for a second attempt of everything that failed. */
export async function askForAll(self: Actor): Promise<void> {
  for (const delivery of ownDeliveries(self)) if (delivery.status === 'ATTEMPTED') await askAgain(self, delivery)
}

async function askAgain(self: Actor, { id: deliveryId, storeId }: KnownDelivery): Promise<unknown> {
  const { world, random } = self
  const calendar = calendarIn(world, 'delivery', storeId)?.calendar ?? DEFAULT_CALENDAR
  const windows = windowsShown(calendar, new Date(world.scheduler.now()))
  if (!windows.length) return world.scheduler.step(self, 'find no window')
  const window = windowId({ storeId, ...random.pick(windows) })
  const answer = await request(self, 'delivery', `asks for ${deliveryId} again`, ({ requestRedelivery }) =>
    requestRedelivery(self.id, { deliveryId, windowId: window }),
  )
  if (answer) world.faults.count(`(a second attempt is requested: ${answer.type})`)
  // Changes their mind: order may not even have heard of the first departure.
  if (answer?.type === 'DeliveryPayload' && random.chance(0.9))
    await request(self, 'order', `cancels ${deliveryId}`, ({ cancelOrder }) =>
      cancelOrder(self.id, { orderId: deliveryId }),
    )
  return answer
}

function correct(self: Actor): Promise<unknown> | null {
  const orders = self.world.databases.order.rows<Order>('orders').filter(({ customerId }) => customerId === self.id)
  const isCarried = ({ status }: Order) => status === 'DECORATED' || status === 'OUT_FOR_DELIVERY'
  const carried = orders.filter(isCarried)
  // Mostly while it is carried, when it matters.
  const among = carried.length || self.random.chance(0.9) ? carried : orders
  if (!among.length) return null
  const { id: orderId, recipient } = self.random.pick(among)
  const delivery = ownDeliveries(self).find(({ id }) => id === orderId)
  if (delivery) giveLink(self, delivery)
  const change = self.random.chance(0.6)
    ? { phone: self.random.pick(PHONES) }
    : { address: self.random.pick(['서울', '분당']) }
  return request(self, 'order', `corrects the recipient of ${orderId}`, ({ correctRecipient }) =>
    correctRecipient(self.id, { orderId, recipient: { ...recipient, ...change } }),
  ).then((answer) => answer && self.world.faults.count(`(a recipient is corrected: ${answer.type})`))
}

/** Gives the link to whoever has the recipient's number at this time; returns all that were given. */
function giveLink({ world, records }: Actor, delivery: KnownDelivery) {
  const phone = world.databases.order.row<Order>('orders', delivery.id)?.recipient.phone ?? ''
  const token = trackTokenOf(LINK_SECRET, delivery, new Date(world.scheduler.now()))
  const links = records.links.get(delivery.id) ?? []
  records.links.set(delivery.id, links)
  if (token) links.push({ token, phone, isForbidden: false })
  return links
}

/** Gives the link away, or forbids it. */
function useLink(self: Actor): Promise<unknown> | null {
  const deliveries = ownDeliveries(self)
  if (!deliveries.length) return null
  const delivery = self.random.pick(deliveries)
  const { id: deliveryId } = delivery
  const links = giveLink(self, delivery)
  if (self.random.chance(0.6)) return self.world.scheduler.step(self, 'give the link away')
  const on = delivery.linkForbidden || self.random.chance(0.2)
  const given = [...links]
  return request(self, 'delivery', `${on ? 'allows' : 'forbids'} the link of ${deliveryId}`, ({ setTracking }) =>
    setTracking(self.id, { deliveryId, on }),
  ).then((answer) => {
    if (answer?.type === 'DeliveryPayload' && !on) for (const link of given) link.isForbidden = true
  })
}

const ownDeliveries = (self: Actor): KnownDelivery[] =>
  self.world.databases.delivery
    .rows<Delivery>('deliveries')
    .filter(isKnown)
    .filter(({ customerId }) => customerId === self.id)
