import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Money } from '../../domain/item.ts'
import type { Reservation, ReservedLine } from '../../domain/reservation.ts'

export const ItemRow = defineEntity({
  name: 'Item',
  tableName: 'item',
  properties: {
    id: p.uuid().primary(),
    storeId: p.uuid(),
    name: p.text(),
    price: p.json<Money>(),
    available: p.integer(),
    madeToOrder: p.boolean(),
    photo: p.uuid().nullable(),
    withdrawn: p.boolean(),
    itemVersion: p.integer(),
    version: p.integer().version(),
  },
})

export const ReservationRow = defineEntity({
  name: 'Reservation',
  tableName: 'reservation',
  properties: {
    id: p.uuid().primary(),
    status: p.text().$type<Reservation['status']>(),
    lines: p.json<ReservedLine[]>(),
    version: p.integer().version(),
  },
})

export const StoreRow = defineEntity({
  name: 'KnownStore',
  tableName: 'stores',
  properties: {
    id: p.uuid().primary(),
    ownerId: p.uuid(),
    name: p.text(),
    items: p.integer(),
    version: p.integer().version(),
  },
})

export const PhotoUseRow = defineEntity({
  name: 'PhotoUse',
  tableName: 'photo_uses',
  properties: {
    id: p.uuid().primary(),
    itemId: p.uuid(),
    version: p.integer().version(),
  },
})
