import type { Plant } from './plant.ts'
import { deaf } from './plants/deaf.ts'
import { messages } from './plants/messages.ts'
import { myPage } from './plants/my-page.ts'
import { orders } from './plants/orders.ts'
import { payments } from './plants/payments.ts'

/** Rules that can be switched off, by replacing a port, a policy or the relay. */
export const PLANTS: { [name: string]: Plant } = { ...messages, ...orders, ...payments, ...myPage, ...deaf }
