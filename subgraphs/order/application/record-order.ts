import { type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import type { Calendar } from '../../../schema/calendar/calendar.ts'
import { MOST_MONEY } from '../../../schema/events/common.ts'
import { newBuyer, ordered, refusal } from '../domain/buyer.ts'
import { price } from '../domain/menu.ts'
import { type Line, type Money, type Order, place } from '../domain/order.ts'
import { payByOf, won } from '../domain/windows.ts'
import { chooseWindow, insteadOfPlace, takePlace, type WindowUnavailable } from './choose-window.ts'
import { deliveryFeeTo, missingPostalCode, type NotDeliveredThere } from './delivery-fee.ts'
import { inWords } from './pay-order.ts'
import type { KeyedInput } from './place-order-input.ts'
import type { Ports, Tx } from './ports.ts'

export type ItemUnavailable = { type: 'ItemUnavailable'; message: string; itemIds: string[] }
export type TotalChanged = { type: 'TotalChanged'; message: string; total: Money }
export type TooManyUnpaid = { type: 'TooManyUnpaid'; message: string }
export type TooManyDeclined = { type: 'TooManyDeclined'; message: string; retryAfter: number }
/** Nothing was recorded or charged, and the key is still unused. */
export type NotPlaced =
  | ItemUnavailable
  | TotalChanged
  | WindowUnavailable
  | NotDeliveredThere
  | TooManyUnpaid
  | TooManyDeclined
  | InvalidInput

/** `mayBook`: whether it is the store's turn to book a place in a window with a limit. */
type Request = { customerId: string; keyedInput: KeyedInput; expectedTotal: Money; mayBook: boolean }

/**
 * Records a new order at the menu's prices and the calendar's fee; nothing is charged yet. NeedsPlace: its window has a limit and
 * is not full, so it must be tried again when it may book.
 */
export async function record(
  ports: Ports,
  tx: Tx,
  { customerId, keyedInput, expectedTotal, mayBook }: Request,
): Promise<Order | NotPlaced | { type: 'NeedsPlace' }> {
  const { storeId, windowId, recipient, cardMessage, ribbon, sender, substitution } = keyedInput
  if (!(await tx.stores.find(storeId))) {
    return invalidInput([{ path: ['storeId'], code: 'NOT_FOUND', message: 'There is no such store.' }])
  }
  const calendar = await tx.calendarOf(storeId)
  const priced = await priceOf(tx, keyedInput, calendar, expectedTotal)
  if ('type' in priced) return priced
  const { lines, total, fee } = priced

  // Once for all decisions: an order is never placed after the moment until when its window can be ordered.
  const now = ports.now()
  const wanted = { storeId, calendar, windowId, fee, now }
  const chosen = await chooseWindow(tx, wanted)
  if ('type' in chosen) return chosen
  if (chosen.capacity !== null && !mayBook) return { type: 'NeedsPlace' }

  // Locks come last, so that a request that is refused for another reason waits for none: the customer's, then the store's.
  const [buyer = newBuyer(customerId)] = await tx.buyers.lock([customerId])
  const unpaid = await tx.orders.findAll(buyer.unpaid)
  const refused = refusal(buyer, unpaid, chosen.capacity !== null, now, ports.settings)
  const instead = refused === 'unpaid places' ? insteadOfPlace(wanted) : undefined
  if (refused && !instead) return notPlaced(refused, windowId)
  const window = await takePlace(tx, wanted, instead ?? chosen)
  if ('type' in window) return window

  const { order, says } = place({
    id: ports.newId(),
    customerId,
    storeId,
    lines,
    total,
    deliveryFee: won(fee),
    promise: {
      startsAt: window.startsAt.toISOString(),
      endsAt: window.endsAt.toISOString(),
      timeZone: calendar.timeZone,
    },
    holdsPlace: window.capacity !== null,
    recipient,
    cardMessage,
    ribbon: ribbon ?? null,
    sender: sender ?? null,
    substitution: substitution ?? 'EQUAL_VALUE',
    placedAt: now,
    payBy: payByOf(window, now, ports.settings),
  })
  tx.orders.save(order)
  tx.buyers.save(ordered(buyer, unpaid, order))
  tx.say(says)
  return order
}

/** The lines, the delivery's fee, and what they cost together; or why they can't be ordered. */
async function priceOf(
  tx: Tx,
  { storeId, lines: requested, recipient }: KeyedInput,
  calendar: Calendar,
  expectedTotal: Money,
): Promise<{ lines: Line[]; total: Money; fee: number } | NotPlaced> {
  const menu = await tx.menu.findAll([...new Set(requested.map(({ itemId }) => itemId))])
  const priced = price(storeId, requested, menu)
  if ('notOnMenu' in priced) {
    const message = "This item is not on the store's menu."
    return invalidInput(
      priced.notOnMenu.map((line) => ({ path: ['lines', String(line), 'itemId'], code: 'NOT_FOUND', message })),
    )
  }
  const { postalCode = null } = recipient
  const missing = missingPostalCode(calendar, postalCode)
  if (missing) return missing
  if ('unavailable' in priced) {
    const names = priced.unavailable.map(({ name }) => name).join(', ')
    const message = `There is not enough stock of: ${names}.`
    return { type: 'ItemUnavailable', message, itemIds: priced.unavailable.map(({ itemId }) => itemId) }
  }
  const fee = deliveryFeeTo(calendar, postalCode)
  if (typeof fee !== 'number') return fee
  const total = won(priced.total.amount + fee)
  if (total.amount > MOST_MONEY) {
    const message = 'The total is over 2,000,000,000 won: split the order.'
    return invalidInput([{ path: ['lines'], code: 'TOO_LARGE', limit: MOST_MONEY, message }])
  }
  if (total.amount > expectedTotal.amount) {
    const message = `The order now costs ${total.amount.toLocaleString('en')} won. Nothing was ordered: place it again with this total.`
    return { type: 'TotalChanged', message, total }
  }
  return { lines: priced.lines, total, fee }
}

function notPlaced(
  why: Exclude<ReturnType<typeof refusal>, null>,
  windowId: string | undefined,
): TooManyUnpaid | TooManyDeclined {
  if (typeof why === 'string') {
    // Who named no window would have got one without a limit if there were any.
    const reason = why === 'unpaid places' && windowId === undefined ? 'unpaid places, all limited' : why
    return { type: 'TooManyUnpaid', message: TOO_MANY_UNPAID[reason] }
  }
  const retryAfter = Math.ceil(why.declinedForMs / 1_000)
  const message = `Too many of your payments were declined. Order again in ${inWords(retryAfter)}.`
  return { type: 'TooManyDeclined', message, retryAfter }
}

const TOO_MANY_UNPAID = {
  unpaid: 'Too many of your orders are not paid yet. Pay or cancel one of them, then order again.',
  'unpaid places':
    'Too many of your orders in windows with few places are not paid yet. Pay or cancel one of them, or choose another window.',
  'unpaid places, all limited':
    'Too many of your orders in windows with few places are not paid yet. Pay or cancel one of them, then order again.',
  'being charged': 'Too many of your orders are being paid at the moment. Order again in a moment.',
}
