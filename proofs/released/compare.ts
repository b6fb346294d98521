import { buildSchema, findBreakingChanges } from 'graphql'
import type { DeliberateBreak } from '../../scripts/checks/breaks.ts'
import type { Json, JsonSchema, Release } from './snapshot.ts'

/**
 * What of the release before `now` breaks, a line each: while two releases run side by side, and for apps and operators that go on as
 * they were. Whatever is new and optional is allowed, and so are breaks of the API that are recorded as deliberate.
 */
export function breaches(before: Release, now: Release, breaks: readonly DeliberateBreak[] = []): string[] {
  const deliberate = breaks.map(({ path, from, to }) =>
    to ? `${path} changed type from ${from} to ${to}.` : `${path} was removed.`,
  )
  return [
    ...findBreakingChanges(buildSchema(before.api), buildSchema(now.api))
      .filter(({ description }) => !deliberate.includes(description))
      .map(({ description }) => `API: ${description}`),
    ...missing(before.routes, now.routes).map((route) => `supergraph: routers of the release before ask ${route}`),
    ...Object.entries(before.facts).flatMap(([name, contract]) => changesOf(contract, now.facts[name], `fact ${name}`)),
    ...Object.entries(before.live).flatMap(([context, sample]) =>
      lostFrom(sample, now.live[context], `live message of ${context}`),
    ),
    ...Object.entries(before.hears).flatMap(([context, facts]) =>
      missing(now.hears[context] ?? [], facts).map(
        (fact) =>
          `${context} hears ${fact} by its first consumer, which processes of the release before share: list it in \`later\``,
      ),
    ),
    ...Object.entries(before.settings).flatMap(([program, settings]) =>
      changedSettings(program, settings, now.settings[program]),
    ),
  ]
}

const missing = (expected: string[], found: string[]) => expected.filter((one) => !found.includes(one))

/**
 * A contract may only gain optional fields. Facts of both releases are read by both: those of the old one for ever, those of the new
 * one as long as a process of the old one runs, which knows no other value of an enum, and misses what is no longer there.
 */
function changesOf(before: JsonSchema, now: JsonSchema | undefined, path: string): string[] {
  if (!now) return [`${path} is gone`]
  const { properties: known = {}, required: was = [], items: element, ...rest } = before
  const { properties: present = {}, required: is = [], items: newElement, ...others } = now
  const [text, newText] = [JSON.stringify(rest), JSON.stringify(others)]
  if (text !== newText) return [`${path} has changed from ${text} to ${newText}`]
  if (element) return changesOf(element, newElement, `${path}[]`)
  const names = new Set([...Object.keys(known), ...Object.keys(present)])
  return [...names].flatMap((name) => {
    const [field, at] = [known[name], `${path}.${name}`]
    if (!field) return is.includes(name) ? [`${at} is new and required: old facts lack it`] : []
    if (was.includes(name) !== is.includes(name)) return [`${at} is ${is.includes(name) ? 'required' : 'optional'} now`]
    return changesOf(field, present[name], at)
  })
}

/** What a value of the sample has and `now` lacks, or has as another type. A null may become anything. */
function lostFrom(sample: Json, now: Json | undefined, path: string): string[] {
  if (now === undefined) return [`${path} is gone`]
  if (sample === null || now === null) return []
  if (typeOf(sample) !== typeOf(now)) return [`${path} is ${typeOf(now)} now, no longer ${typeOf(sample)}`]
  if (Array.isArray(sample) && Array.isArray(now)) {
    const [first, other] = [sample[0], now[0]]
    return first === undefined || other === undefined ? [] : lostFrom(first, other, `${path}[]`)
  }
  if (typeof sample !== 'object' || typeof now !== 'object' || Array.isArray(sample) || Array.isArray(now)) return []
  return Object.entries(sample).flatMap(([name, value]) => lostFrom(value, now[name], `${path}.${name}`))
}

const typeOf = (value: Json) => (Array.isArray(value) ? 'array' : typeof value)

type Settings = Release['settings'][string]

/** A start with the settings of before must do; that a default is another is for the changelog. */
function changedSettings(program: string, before: Settings, now: Settings | undefined): string[] {
  if (!now) return [`settings of ${program} are gone`]
  const gone = missing(Object.keys(before), Object.keys(now)).map((name) => `setting ${name} of ${program} is gone`)
  const demanded = Object.entries(now)
    .filter(([name, value]) => value === 'required' && before[name] !== 'required' && !isOfNewContext(name, before))
    .map(([name]) => `setting ${name} of ${program} is required now`)
  return [...gone, ...demanded]
}

/** A new context's database needs passwords, which an operator's tools make (scripts/docker-env.mjs); those of the others stay. */
const isOfNewContext = (setting: string, before: Settings) =>
  /^DATABASE_(OWNER_)?PASSWORD_/.test(setting) && before[setting] === undefined
