import { isId } from './ids.ts'

/** What a global id stands for: an entity's type, and its id in the database of the context that owns it, a UUID. */
export type EntityId = { type: string; id: string }

/** A type's name is shorter. A longer text is read no further. */
const MAX_LENGTH = 200

/** The API's id of an entity: unique over all types, and opaque to clients. */
export function globalId(type: string, id: string): string {
  return UUID.test(id) ? encodeUuid(encodingOf(type), id) : base64url(`${type}:${id}`)
}

/** The same for a value that is an id or a list of them; any other value, such as null, stays as it is. */
export function writeIds(type: string, value: unknown): unknown {
  if (typeof value === 'string') return globalId(type, value)
  return Array.isArray(value) ? value.map((each) => writeIds(type, each)) : value
}

/**
 * What a global id stands for; null for a text that is none. An entity has one global id only: its UUID in lower case, in
 * base64url without padding.
 */
export function readGlobalId(text: string): EntityId | null {
  if (text.length > MAX_LENGTH) return null
  const read = Buffer.from(text, 'base64url').toString('latin1')
  const colon = read.length - UUID_LENGTH - 1
  if (colon < 1 || read[colon] !== ':') return null
  const [type, id] = [read.slice(0, colon), read.slice(colon + 1)]
  if (!UUID.test(id) || !TYPE_NAME.test(type)) return null
  // Only types of our own are in the table, so that clients cannot fill it.
  const encoded = encodings.has(type) ? globalId(type, id) : base64url(read)
  return encoded === text ? { type, id } : null
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

const UUID_LENGTH = 36
const TYPE_NAME = /^[A-Za-z]\w*$/
/** As PostgreSQL and `newId` write it. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const base64url = (text: string) => Buffer.from(text).toString('base64url')

// Buffer's base64 costs 1 µs an id, and a page of orders has hundreds. All but the first characters of an id are always
// encoded in threes at the same places, so these come from a table.
const ALPHABET = '0123456789abcdef-'
const digits = new Uint8Array(128)
for (let index = 0; index < ALPHABET.length; index++) digits[ALPHABET.charCodeAt(index)] = index

/** All texts of this length of the alphabet, in order. */
const textsOf = (length: number): string[] =>
  length === 0 ? [''] : textsOf(length - 1).flatMap((text) => [...ALPHABET].map((character) => text + character))

/** The encodings of all texts of three characters, four bytes each. */
const threes = new Uint32Array(new Uint8Array(Buffer.from(textsOf(3).map(base64url).join(''))).buffer)

/**
 * How ids of one type are encoded: `first` is the type and the id's first characters up to `from`, by these characters; `last`
 * what remains after the threes.
 */
type Encoding = { first: string[]; from: number; last: string[] }
const encodings = new Map<string, Encoding>()

function encodingOf(type: string): Encoding {
  const known = encodings.get(type)
  if (known) return known
  const rest = (type.length + 1) % 3
  const from = rest === 0 ? 0 : 3 - rest
  const first = textsOf(from).map((text) => base64url(`${type}:${text}`))
  const encoding = { first, from, last: textsOf(rest).map(base64url) }
  encodings.set(type, encoding)
  return encoding
}

const bytes = Buffer.alloc(4 * (UUID_LENGTH / 3))
const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)

function encodeUuid({ first, from, last }: Encoding, id: string): string {
  let count = 0
  let at = from
  for (; at + 3 <= UUID_LENGTH; at += 3) words[count++] = threes[numberAt(id, at, at + 3)] ?? 0
  return `${first[numberAt(id, 0, from)]}${bytes.toString('latin1', 0, 4 * count)}${last[numberAt(id, at, UUID_LENGTH)]}`
}

/** A part of an id as a number, whose digits are the places of its characters in the alphabet. */
function numberAt(id: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) number = number * ALPHABET.length + (digits[id.charCodeAt(at)] ?? 0)
  return number
}
