import { globalId, readGlobalId } from '../../chassis/global-ids.ts'

/** The UUID that databases, facts and logs have for an id of the API; throws for a text that is none. */
export function uuidOf(id: string): string {
  const read = readGlobalId(id)
  if (!read) throw new Error(`"${id}" is no id of the API.`)
  return read.id
}

/** The id of what a context keeps of an order: all of it has the order's UUID (docs/decisions/0007). */
export const idOf = (type: 'Payment' | 'StoreOrder' | 'Delivery' | 'MyPageEntry', orderId: string): string =>
  globalId(type, uuidOf(orderId))
