import { type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import type { Calendar } from '../../../schema/calendar/calendar.ts'
import { feeTo } from '../../../schema/calendar/windows.ts'

export type NotDeliveredThere = { type: 'NotDeliveredThere'; message: string }

/** A store that delivers to certain areas only must be told the postal code; null if it was, or need not be. */
export function missingPostalCode({ areas }: Calendar, postalCode: string | null): InvalidInput | null {
  if (!areas.length || postalCode) return null
  const message = 'The postal code is missing: this store delivers to certain areas only.'
  return invalidInput([{ path: ['recipient', 'postalCode'], code: 'REQUIRED', message }])
}

/** What the delivery to a postal code costs, in won. */
export function deliveryFeeTo(calendar: Calendar, postalCode: string | null): number | NotDeliveredThere {
  const message = `The store does not deliver to the postal code ${postalCode}.`
  return feeTo(calendar, postalCode) ?? { type: 'NotDeliveredThere', message }
}
