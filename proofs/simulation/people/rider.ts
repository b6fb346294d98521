import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import { nowAndThen, repeat, request, type Someone } from './asking.ts'

/** Departs with what waits, and completes what is on its way; other riders may be quicker. */
export async function rider(self: Someone, acts: number): Promise<void> {
  await nowAndThen(self, acts, () => {
    const open = openOf(self)
    return open.length ? ride(self, self.chance.pick(open)) : null
  })
}

/** Brings every delivery one step further. */
export async function finishDeliveries(self: Someone): Promise<void> {
  for (const delivery of openOf(self)) await repeat(() => ride(self, delivery))
}

function ride(self: Someone, { id, status }: Pick<Delivery, 'id' | 'status'>) {
  return status === 'REQUESTED'
    ? request(self, 'delivery', `departs with ${id}`, ({ departForDelivery }) =>
        departForDelivery(self.id, { deliveryId: id }),
      )
    : request(self, 'delivery', `completes ${id}`, ({ completeDelivery }) =>
        completeDelivery({ id: self.id, isRider: true }, { deliveryId: id }),
      )
}

const openOf = (self: Someone) =>
  self.world.databases.delivery
    .rows<Delivery>('deliveries')
    .filter(({ status }) => status === 'REQUESTED' || status === 'DEPARTED')
