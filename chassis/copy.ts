/**
 * A deep copy of a row: plain objects, arrays, dates, and what can't change. Not structuredClone, whose dates are no
 * `instanceof Date` where tests run in a realm of their own (Jest).
 */
export function copyOf<Value>(value: Value): Value {
  // Each branch answers a value of the very shape it was given, which TypeScript can't see.
  if (value instanceof Date) return new Date(value) as Value
  if (Array.isArray(value)) return value.map(copyOf) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) as Value
}
