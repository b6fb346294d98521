import type { Fact } from '../../../schema/events/facts.ts'

/** What is kept of an order that is paid; its id is the order's. */
export type Media = {
  id: string
  customerId: string
  storeId: string
  confirmedAt: Date
}

/** `OrderConfirmed`: what is kept of it from now on. What is kept already stays as it is. */
export const confirm = (existing: Media | null, { data, occurredAt }: Fact<'OrderConfirmed'>): Media =>
  existing ?? {
    id: data.orderId,
    customerId: data.customerId,
    storeId: data.storeId,
    confirmedAt: new Date(occurredAt),
  }

/** Who may read it: the order's customer. */
export const mayRead = ({ customerId }: Media, readerId: string): boolean => customerId === readerId
