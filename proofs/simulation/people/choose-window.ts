import { type Calendar, DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import { windowId } from '../../../schema/calendar/window-id.ts'
import { feeTo } from '../../../schema/calendar/windows.ts'
import type { PlaceOrderResult } from '../../../subgraphs/order/application/place-order.ts'
import type { Store } from '../../../subgraphs/store/domain/store.ts'
import { calendarIn, windowsShown } from '../calendars.ts'
import type { Wish } from '../plan.ts'
import type { WantedWindow } from '../plan-windows.ts'
import type { Actor } from './requests.ts'

/** What a customer asks for in the next attempt; with a `windowId`, that one. */
export type Wanted = Omit<WantedWindow, 'substitution'> & { windowId?: string | undefined }

export const wantedFirst = ({ window, postalCode }: Wish): Wanted => ({ window, postalCode })

/** After a refusal: one of the windows that can be ordered instead, or an address in the city. */
export function wantedAfter(self: Actor, answer: PlaceOrderResult, wanted: Wanted): Wanted {
  switch (answer.type) {
    case 'WindowUnavailable': {
      self.world.faults.count(`(a window is not available: ${answer.why})`)
      const { windowId } = answer.instead.length ? self.random.pick(answer.instead) : {}
      return { ...wanted, window: 'shown', windowId }
    }
    case 'NotDeliveredThere':
    case 'InvalidInput':
      return { ...wanted, postalCode: '06236' }
    default:
      return wanted
  }
}

/** The delivery's fee in the calendar that order shows; 0 if there is none to the address. */
export const feeShown = (self: Actor, storeId: string, { postalCode }: Wanted): number =>
  feeTo(shownCalendar(self, storeId), postalCode) ?? 0

/** The id of the window that the customer chooses; undefined: the earliest that is open. */
export function windowChosen(self: Actor, storeId: string, { window, windowId: chosen }: Wanted): string | undefined {
  if (chosen || window === 'earliest') return chosen
  const { world, random } = self
  const own = window === 'unheard' ? calendarIn(world, 'store', storeId)?.calendar : undefined
  const windows = windowsShown(own ?? shownCalendar(self, storeId), new Date(world.scheduler.now()))
  if (window === 'rush') {
    const limited = windows.find(({ capacity }) => capacity)
    return limited && windowId({ storeId, ...limited })
  }
  // Early ones more often, so that customers meet in them.
  const picked = windows[Math.min(random.below(windows.length + 1), random.below(windows.length + 1))]
  if (!picked) return undefined
  const endsAt = window === 'altered' ? new Date(picked.endsAt.getTime() + 60_000) : picked.endsAt
  return windowId({ storeId, startsAt: picked.startsAt, endsAt })
}

const RUSH_POLLS = 40
const RUSH_POLL_MS = 500

/** Waits for a window with a limit, and then for others who do, so that all ask for it at once. */
export async function awaitRush(self: Actor, { store }: Wish): Promise<void> {
  const { scheduler, databases } = self.world
  for (let poll = 1; poll <= RUSH_POLLS; poll++) {
    const id = databases.store.rows<Store>('stores')[store]?.id ?? ''
    const isShown = windowsShown(shownCalendar(self, id), new Date(scheduler.now())).some(({ capacity }) => capacity)
    if (isShown) {
      const at = self.records.rushAt.get(id) ?? scheduler.now() + GATHERING_MS
      self.records.rushAt.set(id, at)
      return scheduler.sleep(self, Math.max(0, at - scheduler.now()))
    }
    await scheduler.sleep(self, RUSH_POLL_MS)
  }
}

const GATHERING_MS = 4_000

const shownCalendar = ({ world }: Actor, storeId: string): Calendar =>
  calendarIn(world, 'order', storeId)?.calendar ?? DEFAULT_CALENDAR
