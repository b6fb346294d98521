/** A promised window, as the API has it. */
export type Promised = { startsAt: string; endsAt: string; timeZone: string }

const format = (at: string, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(new Date(at)).replaceAll(',', '')

const dayOf = (at: string, timeZone: string) =>
  format(at, timeZone, { weekday: 'short', day: 'numeric', month: 'short' })
const clockOf = (at: string, timeZone: string) =>
  format(at, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** A moment on the clock of the store: `Fri 8 May 09:00`. */
export const timeOf = (at: string, timeZone: string): string => `${dayOf(at, timeZone)} ${clockOf(at, timeZone)}`

/** A window on the clock of the store, `Fri 8 May 09:00–12:00`; one that ends on another day says which. */
export function windowOf({ startsAt, endsAt, timeZone }: Promised): string {
  const isSameDay = dayOf(startsAt, timeZone) === dayOf(endsAt, timeZone)
  return `${timeOf(startsAt, timeZone)}–${(isSameDay ? clockOf : timeOf)(endsAt, timeZone)}`
}
