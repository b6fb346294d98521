import { HEARS } from './contexts.ts'
import type { Plant } from './plant.ts'
import { acceptance } from './plants/acceptance.ts'
import { door } from './plants/door.ts'
import { messages } from './plants/messages.ts'
import { myPage } from './plants/my-page.ts'
import { orders } from './plants/orders.ts'
import { partRefunds } from './plants/part-refunds.ts'
import { payments } from './plants/payments.ts'
import { windows } from './plants/windows.ts'

/**
 * Ignoring one of these has no effect: a departed order cannot be cancelled, a cancelled delivery cancels the order, a corrected
 * recipient is only shown anew, and nobody erases an account here.
 */
const IMPLIED_BY_OTHERS = [
  'order CancellationRefused',
  'store OrderCancelled',
  'store DeliveryCancelled',
  'store RecipientCorrected',
  'order UserErased',
]

/** For each context and each fact that it consumes, a plant that ignores it: `order-ignores-Paid`. */
const ignoredFacts: { [name: string]: Plant } = Object.fromEntries(
  Object.entries(HEARS)
    .flatMap(([context, hears]) => Object.keys(hears).map((fact) => `${context} ${fact}`))
    .filter((ignores) => !IMPLIED_BY_OTHERS.includes(ignores))
    .map((ignores) => [ignores.replace(' ', '-ignores-'), { ignores }]),
)

/** Deliberate mistakes. Each violates one rule by replacing a port, a policy or a part of the relay. */
export const PLANTS: { [name: string]: Plant } = {
  ...messages,
  ...orders,
  ...payments,
  ...partRefunds,
  ...windows,
  ...acceptance,
  ...door,
  ...myPage,
  ...ignoredFacts,
}
