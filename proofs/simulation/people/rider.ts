import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import { type Actor, actRepeatedly, repeatAndCompare, request } from './requests.ts'

/** Departs with requested deliveries, and completes departed ones; other riders may be faster. */
export async function rider(self: Actor, acts: number): Promise<void> {
  await actRepeatedly(self, acts, () => {
    const open = openOf(self)
    return open.length ? ride(self, self.random.pick(open)) : null
  })
}

/** Takes every delivery one step further. */
export async function finishDeliveries(self: Actor): Promise<void> {
  for (const delivery of openOf(self)) await repeatAndCompare(() => ride(self, delivery))
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
