import { type GraphQLField, isEnumType, isInputType, isLeafType, isNonNullType, isObjectType } from 'graphql'
import { subjectToken } from '../../../chassis/live.ts'
import type { Claims } from '../../../chassis/signed-context.ts'
import { code } from '../../errors.ts'
import { type Supergraph, UnusableSupergraph } from '../../supergraph/load.ts'

/** One token of a subject as `@live` writes it: as it stands, or out of the caller's claims, or out of an argument. */
type Token = { literal: string } | { claim: 'sub' } | { argument: string }

/** A Subscription field with `@live`, ready to be subscribed to. */
export type LiveField = { name: string; templates: Token[][] }

/** What one subscriber of a field listens to: subjects whose tokens may be `*`. */
export type Subjects = { patterns: string[] }

export type Refusal = { refused: { message: string; code: string } }

/** Far above any id, and far below what NATS takes in one subject. */
const LONGEST_TOKEN = 256

/** The live fields of the supergraph by name. Throws UnusableSupergraph where a `@live` could not be obeyed. */
export function liveFields({ federation, clientSchema }: Supergraph): Map<string, LiveField> {
  const features = federation.schema.coreFeatures?.allFeatures() ?? []
  const directive = [...features].find(({ url }) => url.name === 'live')?.directiveNameInSchema('live')
  const subscription = federation.schema.schemaDefinition.rootType('subscription')
  const fields = directive && subscription ? subscription.fields() : []
  const found = fields.flatMap((field) => {
    const [applied] = directive ? field.appliedDirectivesOf(directive) : []
    const visible = clientSchema.getSubscriptionType()?.getFields()[field.name]
    if (!applied || !visible) return []
    return [[field.name, readField(visible, applied.arguments().subjects)] as const]
  })
  return new Map(found)
}

function readField(field: GraphQLField<unknown, unknown>, subjects: unknown): LiveField {
  const unusable = (why: string) => new UnusableSupergraph(`@live on Subscription.${field.name}: ${why}`)
  const wrong = wrongWithPayload(field)
  if (wrong) throw unusable(wrong)
  const texts = Array.isArray(subjects) ? subjects.filter((subject) => typeof subject === 'string') : []
  if (texts.length === 0) throw unusable('it names no subjects')
  const templates = texts.map((text) => {
    const tokens = readTemplate(text, field)
    if (typeof tokens === 'string') throw unusable(`in "${text}", ${tokens}`)
    return tokens
  })
  const feeds = new Set(templates.map(([, feed]) => (feed && 'literal' in feed ? feed.literal : '')))
  if (feeds.size > 1) throw unusable(`its subjects are of several feeds: ${[...feeds].join(', ')}`)
  return { name: field.name, templates }
}

/** Every update has its kind and its cursor; all else is null with GAP. */
function wrongWithPayload({ type }: GraphQLField<unknown, unknown>): string | null {
  const payload = isNonNullType(type) ? type.ofType : type
  if (!isObjectType(payload)) return `its type ${type} is no object type`
  const { kind, cursor, ...rest } = payload.getFields()
  const kinds = kind && isNonNullType(kind.type) && isEnumType(kind.type.ofType) ? kind.type.ofType : null
  const missing = ['SNAPSHOT', 'CHANGE', 'GAP'].filter((name) => !kinds?.getValue(name))
  if (missing.length) return `its type ${payload} has no "kind" that can be ${missing.join(', ')} and is never null`
  if (!cursor || !isNonNullType(cursor.type) || !isLeafType(cursor.type.ofType))
    return `its type ${payload} has no "cursor" that is never null`
  const strict = Object.values(rest).find((other) => isNonNullType(other.type))
  return strict ? `"${payload}.${strict.name}" can't be null, as it must be with GAP` : null
}

/** The tokens of one subject, or what is wrong with it. */
function readTemplate(text: string, field: GraphQLField<unknown, unknown>): Token[] | string {
  const tokens: Token[] = []
  // A dot inside braces is not one between tokens.
  for (const token of text.match(/(?:\{[^}]*\}|[^.])+|(?<=^|\.)(?=\.|$)/g) ?? []) {
    const [, source, name = ''] = /^\{(claims|args)\.(\w+)\}$/.exec(token) ?? []
    if (source === 'claims') {
      if (name !== 'sub') return `"${token}" is no claim that can stand in a subject: only {claims.sub} can`
      tokens.push({ claim: 'sub' })
    } else if (source === 'args') {
      const argument = field.args.find((candidate) => candidate.name === name)
      if (!argument || name === 'after') return `"${token}" is no argument that can stand in a subject`
      const type = isNonNullType(argument.type) ? argument.type.ofType : argument.type
      if (!isInputType(type) || !isLeafType(type)) return `"${token}" is no single value`
      tokens.push({ argument: name })
    } else if (/^(\*|[\w-]+)$/.test(token)) tokens.push({ literal: token })
    else return token ? `"${token}" is no token` : 'a token is empty'
  }
  const [first, feed] = tokens
  if (!first || !('literal' in first) || first.literal !== 'live') return 'the first token is not "live"'
  if (!feed || !('literal' in feed) || feed.literal === '*') return 'the second token is no feed'
  return tokens.length > 2 ? tokens : 'no entity follows the feed'
}

/** What somebody with these claims and (coerced) arguments listens to, or why they may not. */
export function subjectsOf(field: LiveField, claims: Claims, args: Record<string, unknown>): Subjects | Refusal {
  const sub = tokenOf(claims?.sub)
  if (!sub && field.templates.flat().some((token) => 'claim' in token)) {
    return refused(`Subscription.${field.name} needs a signed-in user.`, code.unauthenticated)
  }
  const wrong = field.templates.flat().find((token) => 'argument' in token && !isUsable(args[token.argument]))
  if (wrong && 'argument' in wrong) {
    const is = `The argument "${wrong.argument}" of Subscription.${field.name}`
    return refused(`${is} must be a text of 1 to ${LONGEST_TOKEN} characters.`, code.badUserInput)
  }
  const token = (each: Token): string => {
    if ('literal' in each) return each.literal
    if ('claim' in each) return sub ?? ''
    return tokenOf(asOwnersWrite(args[each.argument])) ?? '*'
  }
  const patterns = field.templates.map((template) => template.map(token).join('.'))
  return { patterns: [...new Set(patterns)] }
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A UUID is the same in any case, a subject is not: owners write them in small letters, as PostgreSQL does. */
const asOwnersWrite = (value: unknown) => (typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : value)

/** An argument that is not given stands for all. */
const isUsable = (value: unknown) => value === undefined || value === null || tokenOf(value) !== null

function tokenOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null
  const text = `${value}`
  // Half a surrogate pair has no place in a subject.
  return text && text.length <= LONGEST_TOKEN && text.isWellFormed() ? subjectToken(text) : null
}

const refused = (message: string, errorCode: string): Refusal => ({ refused: { message, code: errorCode } })
