import { messages } from './plants/messages.ts'
import { myPage } from './plants/my-page.ts'
import { orders } from './plants/orders.ts'
import { payments } from './plants/payments.ts'

/** Rules that can be switched off, by something that stands in for a port, a policy or the relay. */
export const PLANTS = { ...messages, ...orders, ...payments, ...myPage }

export const isPlant = (name: string | undefined): name is keyof typeof PLANTS | undefined =>
  name === undefined || Object.hasOwn(PLANTS, name)
