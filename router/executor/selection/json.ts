/** A JSON object of unknown keys: an answer's data, an entity, a set of variables. */
export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A client may call a field `constructor` or `__proto__`: those names are found on every object, though nobody put them there. */
export const isPrototypeName = (name: string): boolean => name in Object.prototype

/** An object's own value by a name that may be odd. */
export const ownValue = (object: Json, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** Sets an object's own value by a name that may be odd; plain assignment to `__proto__` would change what the object is. */
export const setOwnValue = (object: Json, name: string, value: unknown): void => {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}
