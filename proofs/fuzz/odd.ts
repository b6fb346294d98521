import type { Random } from '../simulation/random.ts'
import type { Json } from './json.ts'
import { VALUES } from './words.ts'

const nested = (depth: number, open: string, close: string): Json =>
  JSON.parse(open.repeat(depth) + close.repeat(depth))

const ODD: readonly Json[] = [
  ...VALUES.map((text): Json => JSON.parse(text)),
  ...['x'.repeat(300), '\u0000'.repeat(40), 'x'.repeat(20_000), '9'.repeat(400)],
  ...[nested(30, '[', ']'), nested(70, '[', ']'), nested(500, '[', ']')],
  ...[Array.from({ length: 300 }, () => null), Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, n]))],
]

export const oddValue = (random: Random): Json => random.pick(ODD)
const TEXTS = ODD.filter((value) => typeof value === 'string')
export const oddText = (random: Random): string => random.pick(TEXTS)

/** The value with some of its parts removed, doubled, moved, or replaced by odd values. */
export function oddJson(random: Random, value: Json, times = 1 + random.below(3)): Json {
  let changed = value
  for (let time = 0; time < times; time++) changed = changedOnce(random, changed)
  return changed
}

function changedOnce(random: Random, value: Json): Json {
  const places = placesIn(value)
  // A value with members is seldom replaced as a whole.
  const place = random.pick(places.length > 1 && random.chance(0.9) ? places.slice(1) : places)
  const other = random.pick(places)
  const how = random.below(6)
  return replaceAt(value, place, (before, drop) => {
    if (how === 0 && place.length) return drop
    if (how === 1) return valueAt(value, other)
    if (how === 2 && typeof before === 'string') return oddString(random, before)
    if (how === 3 && Array.isArray(before)) return [...before, ...before]
    if (how === 4 && typeof before === 'object' && before && !Array.isArray(before)) {
      return { ...before, [oddText(random).slice(0, 100)]: oddValue(random) }
    }
    return oddValue(random)
  })
}

/** The text with a part removed, doubled or replaced. */
export function oddString(random: Random, text: string): string {
  const from = random.below(text.length + 1)
  const to = Math.min(text.length, from + random.below(12))
  const part = text.slice(from, to)
  const replacement = random.pick([
    '',
    part + part,
    oddText(random),
    String.fromCharCode(random.below(65_536)),
    part.toUpperCase(),
  ])
  return `${text.slice(0, from)}${replacement}${text.slice(to)}`
}

type Place = (string | number)[]
const DROP = Symbol('drop')

function placesIn(value: Json, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null || at.length > 40) return [at]
  const inside = Object.entries(value).slice(0, 50)
  return [at, ...inside.flatMap(([key, member]) => placesIn(member, [...at, key]))]
}

function valueAt(value: Json, place: Place): Json {
  let found: Json = value
  for (const key of place) found = (found as { [key: string]: Json })[key] ?? null // The path exists.
  return found
}

function replaceAt(
  value: Json,
  [key, ...rest]: Place,
  change: (before: Json, drop: typeof DROP) => Json | typeof DROP,
): Json {
  if (key === undefined) {
    const changed = change(value, DROP)
    return changed === DROP ? null : changed
  }
  const copy = structuredClone(value) as { [key: string]: Json } // Only objects and arrays have paths inside.
  const inside = copy[key] ?? null
  const changed = rest.length ? replaceAt(inside, rest, change) : change(inside, DROP)
  if (changed !== DROP) Object.defineProperty(copy, key, { value: changed, ...PLAIN })
  else if (Array.isArray(copy)) copy.splice(Number(key), 1)
  else delete copy[key]
  return copy
}

/** For defineProperty: assigning to `__proto__` would not define a property. */
const PLAIN = { enumerable: true, configurable: true, writable: true }
