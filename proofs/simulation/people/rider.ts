import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import { type Actor, nowAndThen, repeat, request } from './asking.ts'

/** Departs with waiting deliveries, and completes those under way; other riders may be faster. */
export async function rider(self: Actor, acts: number): Promise<void> {
  await nowAndThen(self, acts, () => {
    const open = openOf(self)
    return open.length ? ride(self, self.chance.pick(open)) : null
  })
}

/** Takes every delivery one step further. */
export async function finishDeliveries(self: Actor): Promise<void> {
  for (const delivery of openOf(self)) await repeat(() => ride(self, delivery))
}

function ride(self: Actor, { id, status }: Pick<Delivery, 'id' | 'status'>) {
  return status === 'REQUESTED'
    ? request(self, 'delivery', `departs with ${id}`, ({ departForDelivery }) =>
        departForDelivery(self.id, { deliveryId: id }),
      )
    : request(self, 'delivery', `completes ${id}`, ({ completeDelivery }) =>
        completeDelivery({ id: self.id, isRider: true }, { deliveryId: id }),
      )
}

const openOf = (self: Actor) =>
  self.world.databases.delivery
    .rows<Delivery>('deliveries')
    .filter(({ status }) => status === 'REQUESTED' || status === 'DEPARTED')
