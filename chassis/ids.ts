import { createHash, randomFillSync } from 'node:crypto'

/**
 * A UUIDv7 (RFC 9562). It sorts by its time of creation in milliseconds, so new rows are adjacent in an index, and a list
 * by id is a list by time.
 */
export function newId(now: number = Date.now()): string {
  const bytes = randomFillSync(Buffer.alloc(16))
  bytes.writeUIntBE(now, 0, 6)
  return format(bytes, 7)
}

/** A UUIDv8 (RFC 9562) that is always the same for the same text, so that whoever makes it again gets the same one. */
export const derivedId = (text: string): string => format(createHash('sha256').update(text).digest().subarray(0, 16), 8)

function format(bytes: Buffer, version: number): string {
  bytes[6] = (version << 4) | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** When an id was made, in ms since 1970. */
export const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text has the form of an id. Others are treated as not found, and never reach the database. */
export const isId = (text: string): boolean => UUID.test(text)
