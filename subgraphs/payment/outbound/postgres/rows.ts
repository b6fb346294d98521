import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Attempt, Money, PartRefund, Payment, Refund } from '../../domain/payment.ts'

export const PaymentRow = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    customerId: p.uuid().nullable(),
    amount: p.json<Money>().nullable(),
    storeId: p.uuid().nullable(),
    orderedAt: p.datetime().nullable(),
    chargedAt: p.datetime().nullable(),
    status: p.text().$type<Payment['status']>(),
    closed: p.boolean(),
    attempts: p.json<Attempt[]>(),
    parts: p.json<PartRefund[]>(),
    refund: p.json<Refund>().nullable(),
    dueAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
})

export const PayerRow = defineEntity({
  name: 'Payer',
  tableName: 'payers',
  properties: {
    id: p.uuid().primary(),
    declined: p.json<string[]>(),
    open: p.json<string[]>(),
    version: p.integer().version(),
  },
})

export const StoreRow = defineEntity({
  name: 'Store',
  tableName: 'stores',
  properties: { id: p.uuid().primary(), ownerId: p.uuid(), version: p.integer().version() },
})
