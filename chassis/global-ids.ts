import { isId } from './ids.ts'

/** What a global id stands for: an entity's type, and its id in the database of the context that owns it, a UUID. */
export type EntityId = { type: string; id: string }

/** The API's id of an entity: base64url of its type and its UUID. It is unique over all types, and opaque to clients. */
export function globalId(type: string, id: string): string {
  const text = `${type}:${id}`
  // Names and UUIDs have no character that makes base64 and base64url differ. `btoa` is thrice as fast as Buffer.
  const encoded = btoa(text)
  const padding = (3 - (text.length % 3)) % 3
  return padding === 0 ? encoded : encoded.slice(0, -padding)
}

/** The same for a value that is an id or a list of them; any other value, such as null, stays as it is. */
export function writeIds(type: string, value: unknown): unknown {
  if (typeof value === 'string') return globalId(type, value)
  return Array.isArray(value) ? value.map((each) => writeIds(type, each)) : value
}

/** A longer text is read no further. */
const MAX_LENGTH = 200
const ENCODED = /^[A-Za-z0-9]+$/
/** A type's name, and a UUID as PostgreSQL and `newId` write it. */
const DECODED = /^([A-Za-z]\w*):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/**
 * What a global id stands for; null for a text that is none. An entity has one global id only: its UUID in lower case, in
 * base64url without padding.
 */
export function readGlobalId(text: string): EntityId | null {
  if (text.length > MAX_LENGTH || text.length % 4 === 1 || !ENCODED.test(text)) return null
  const [, type, id] = DECODED.exec(atob(text)) ?? []
  if (type === undefined || id === undefined) return null
  // Several texts may be read as the same.
  return globalId(type, id) === text ? { type, id } : null
}

/**
 * What is wrong with a text in the place of an id of this type, for a developer to read: it is of another type, or a UUID. Null if it
 * is such an id, and for any other text, which is the id of nothing.
 */
export function problemWithId(text: string, type: string): string | null {
  const read = readGlobalId(text)
  if (!read) return isId(text) ? 'This is not an id of this API. Send an id as the API has returned it.' : null
  return read.type === type ? null : `This is ${belonging(read.type)} id; ${belonging(type)} is needed.`
}

const belonging = (type: string) => `${/^[AEIO]/.test(type) ? 'an' : 'a'} ${type}'s`
