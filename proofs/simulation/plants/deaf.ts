import { HEARS } from '../contexts.ts'
import type { Plant } from '../plant.ts'

/** Another fact says as much: what departed can't be cancelled; and what delivery cancels, the order cancels too. */
const SPARE = ['order CancellationRefused', 'store OrderCancelled', 'store DeliveryCancelled']

/** Each context without each of the facts it hears: `deaf-order-Paid`. */
export const deaf: { [name: string]: Plant } = Object.fromEntries(
  Object.entries(HEARS)
    .flatMap(([context, hears]) => Object.keys(hears).map((fact) => `${context} ${fact}`))
    .filter((deafTo) => !SPARE.includes(deafTo))
    .map((deafTo) => [`deaf-${deafTo.replace(' ', '-')}`, { deafTo }]),
)
