import { JsonNumber } from '../../../chassis/exact-json.ts'

export { setOwnValue } from '../../../chassis/exact-json.ts'

/** A JSON object with unknown keys: response data, an entity, or variables. */
export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

/** A copy that shares only its leaves. */
export const copyOf = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, copyOfValue(value)]))

function copyOfValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOfValue)
  return isObject(value) ? copyOf(value) : value
}

/**
 * Whether every object inherits a property of this name. Clients may use `constructor` or `__proto__` as response
 * names.
 */
export const isPrototypeName = (name: string): boolean => name in Object.prototype

/** Reads an own property whose name may be inherited as well. */
export const ownValue = (object: Json, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** Whether objects and lists are nested deeper than this many levels. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((each) => isDeeperThan(each, levels - 1))
  const object = value as Json // JSON has no other objects
  for (const key in object) if (isDeeperThan(object[key], levels - 1)) return true
  return false
}
