import { buildSchema, isObjectType } from 'graphql'

/** The spellings of a context's name for the template's slots: `gift-note`, `giftNote`, `GiftNote`. */
export type Names = { kebab: string; camel: string; Pascal: string }

export function namesOf(kebab: string): Names {
  const camel = kebab.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  return { kebab, camel, Pascal: camel.replace(/^./, (letter) => letter.toUpperCase()) }
}

/** A text with every `{{kebab}}`, `{{camel}}` and `{{Pascal}}` filled in. */
export const fill = (text: string, names: Names): string =>
  text.replace(/\{\{(\w+)\}\}/g, (slot, form: string) => {
    if (form === 'kebab' || form === 'camel' || form === 'Pascal') return names[form]
    throw new Error(`The template has ${slot}, which is no way to write a name.`)
  })

/** PostgreSQL cuts names at 63 bytes, and test databases add 18 to this one. */
const MOST = 30

/** Names in use elsewhere: programs and jobs (scripts/deployment/), users of NATS, schemas of `npm run introspect`. */
const RESERVED = [
  'router',
  'provider',
  'postgres',
  'nats',
  'admin',
  'databases',
  'migrate',
  'demo',
  'outside',
  'streams',
  'api',
  'supergraph',
]

/** Why a context can't have this name, in one line; undefined if it can. `words`: source text whose identifiers are taken. */
export function refusal(
  name: string,
  { contexts, api, words }: { contexts: readonly string[]; api: string; words: string },
): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name) || name.length > MOST) {
    return `A context's name is like gift-note: small letters and digits, words joined by "-", at most ${MOST} characters.`
  }
  if (contexts.includes(name)) return `There is a context ${name} already.`
  if (RESERVED.includes(name)) return `A context can't be called ${name}: something else of the system is.`
  const { camel, Pascal } = namesOf(name)
  const schema = buildSchema(api)
  const has = (type: string) => {
    const found = schema.getType(type)
    return isObjectType(found) && camel in found.getFields()
  }
  if (schema.getType(Pascal)) return `A context can't be called ${name}: the API has a type ${Pascal} already.`
  if (has('Query') || has('Order')) return `A context can't be called ${name}: the API has a field ${camel} already.`
  if (Pascal in globalThis || new RegExp(`\\b${Pascal}\\b`).test(words)) {
    return `A context can't be called ${name}: ${Pascal} means something else in the code.`
  }
  return undefined
}
