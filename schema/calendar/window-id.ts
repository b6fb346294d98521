/** A window as the API names it: an offer, not something that is kept. */
export type NamedWindow = { storeId: string; startsAt: Date; endsAt: Date }

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const FORM = new RegExp(`^DeliveryWindow:(${UUID}):(\\d{1,11}):(\\d{1,11})$`)

/** The opaque id of a window. Windows start at full minutes, so seconds are enough. */
export const windowId = ({ storeId, startsAt, endsAt }: NamedWindow): string =>
  Buffer.from(`DeliveryWindow:${storeId}:${startsAt.getTime() / 1_000}:${endsAt.getTime() / 1_000}`).toString(
    'base64url',
  )

/** The window that an id names; null if it is none. Whether its store has such a window is for its calendar to say. */
export function readWindowId(id: string): NamedWindow | null {
  if (id.length > 200) return null
  const [, storeId, start, end] = FORM.exec(Buffer.from(id, 'base64url').toString('utf8')) ?? []
  if (!storeId) return null
  return { storeId, startsAt: new Date(Number(start) * 1_000), endsAt: new Date(Number(end) * 1_000) }
}
