import type { ArgumentDefinition, CompositeType, FieldDefinition, Schema } from '@apollo/federation-internals'
import {
  type GraphQLError,
  type GraphQLField,
  isEnumType,
  isInputType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { JsonNumber } from '../../../chassis/exact-json.ts'
import { problemWithId } from '../../../chassis/global-ids.ts'
import { subjectToken } from '../../../chassis/live.ts'
import type { Claims } from '../../../chassis/signed-context.ts'
import { code, refused } from '../../errors.ts'
import { type Supergraph, UnusableSupergraph } from '../../supergraph/load.ts'

/** One token of a subject in `@live`: literal, from the caller's claims, or from an argument, which may be an id of one type. */
type Token = { literal: string } | { claim: 'sub' } | { argument: string; idOf: string | null }

/** A Subscription field with `@live`. */
export type LiveField = { name: string; templates: Token[][] }

/** The subjects of one subscriber, whose tokens may be `*`. */
export type Subjects = { patterns: string[] }

/** Far longer than any id, and far shorter than NATS' limit for a subject. */
const MAX_TOKEN_LENGTH = 256

/** The live fields of the supergraph by name. Throws UnusableSupergraph for an invalid `@live`. */
export function readLiveFields({ federation, clientSchema }: Supergraph): Map<string, LiveField> {
  const features = federation.schema.coreFeatures?.allFeatures() ?? []
  const directive = [...features].find(({ url }) => url.name === 'live')?.directiveNameInSchema('live')
  const subscription = federation.schema.schemaDefinition.rootType('subscription')
  const fields = directive && subscription ? subscription.fields() : []
  const found = fields.flatMap((field) => {
    const [applied] = directive ? field.appliedDirectivesOf(directive) : []
    const visible = clientSchema.getSubscriptionType()?.getFields()[field.name]
    if (!applied || !visible) return []
    const idOf = (argument: string) => idTypeOf(field.argument(argument), federation.schema)
    return [[field.name, readField(visible, applied.arguments().subjects, idOf)] as const]
  })
  return new Map(found)
}

/** What `@id` says of an argument. */
function idTypeOf(
  argument: ArgumentDefinition<FieldDefinition<CompositeType>> | undefined,
  schema: Schema,
): string | null {
  const feature = schema.coreFeatures?.getByIdentity('https://specs.flower.delivery/id')
  const [applied] = feature ? (argument?.appliedDirectivesOf(feature.directiveNameInSchema('id')) ?? []) : []
  return applied ? `${applied.arguments().of}` : null
}

type IdOf = (argument: string) => string | null

function readField(field: GraphQLField<unknown, unknown>, subjects: unknown, idOf: IdOf): LiveField {
  const unusable = (reason: string) => new UnusableSupergraph(`@live on Subscription.${field.name}: ${reason}`)
  const problem = payloadProblem(field)
  if (problem) throw unusable(problem)
  const texts = Array.isArray(subjects) ? subjects.filter((subject) => typeof subject === 'string') : []
  if (texts.length === 0) throw unusable('it names no subjects')
  const templates = texts.map((text) => {
    const tokens = readTemplate(text, field, idOf)
    if (typeof tokens === 'string') throw unusable(`in "${text}", ${tokens}`)
    return tokens
  })
  const feeds = new Set(templates.map(([, feed]) => (feed && 'literal' in feed ? feed.literal : '')))
  if (feeds.size > 1) throw unusable(`its subjects are of several feeds: ${[...feeds].join(', ')}`)
  return { name: field.name, templates }
}

/** Each update has a kind and a cursor; all other fields must be nullable because they are null in a GAP. */
function payloadProblem({ type }: GraphQLField<unknown, unknown>): string | null {
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

/** The tokens of one subject, or why it is invalid. */
function readTemplate(text: string, field: GraphQLField<unknown, unknown>, idOf: IdOf): Token[] | string {
  const tokens: Token[] = []
  // A dot inside braces does not separate tokens.
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
      tokens.push({ argument: name, idOf: idOf(name) })
    } else if (/^(\*|[\w-]+)$/.test(token)) tokens.push({ literal: token })
    else return token ? `"${token}" is no token` : 'a token is empty'
  }
  const [first, feed] = tokens
  if (!first || !('literal' in first) || first.literal !== 'live') return 'the first token is not "live"'
  if (!feed || !('literal' in feed) || feed.literal === '*') return 'the second token is no feed'
  return tokens.length > 2 ? tokens : 'no entity follows the feed'
}

/** The subjects for these claims and coerced arguments, or why the subscription is refused. */
export function subjectsOf(
  field: LiveField,
  claims: Claims,
  args: Record<string, unknown>,
): Subjects | { errors: GraphQLError[] } {
  const sub = tokenOf(claims?.sub)
  if (!sub && field.templates.flat().some((token) => 'claim' in token)) {
    return refused(`Subscription.${field.name} needs a signed-in user.`, code.unauthenticated)
  }
  const invalid = field.templates.flat().find((token) => 'argument' in token && !isUsableArgument(args[token.argument]))
  if (invalid && 'argument' in invalid) {
    const is = `The argument "${invalid.argument}" of Subscription.${field.name}`
    return refused(`${is} must be a text of 1 to ${MAX_TOKEN_LENGTH} characters.`, code.badUserInput)
  }
  for (const each of field.templates.flat()) {
    const value = 'argument' in each ? args[each.argument] : undefined
    if (!('argument' in each) || each.idOf === null || typeof value !== 'string') continue
    const problem = problemWithId(value, each.idOf)
    if (problem) return refused(`${each.argument}: ${problem}`, code.badUserInput)
  }
  const token = (each: Token): string => {
    if ('literal' in each) return each.literal
    if ('claim' in each) return sub ?? ''
    return tokenOf(normalizeUuid(args[each.argument])) ?? '*'
  }
  const patterns = field.templates.map((template) => template.map(token).join('.'))
  return { patterns: [...new Set(patterns)] }
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** UUIDs are case-insensitive but subjects are not. Sources write UUIDs in lower case, as PostgreSQL does. */
const normalizeUuid = (value: unknown) => (typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : value)

/** An omitted argument matches all values. */
const isUsableArgument = (value: unknown) => value === undefined || value === null || tokenOf(value) !== null

function tokenOf(value: unknown): string | null {
  if (!['string', 'number', 'boolean'].includes(typeof value) && !(value instanceof JsonNumber)) return null
  const text = `${value}`
  // A lone surrogate cannot be encoded in a subject.
  return text && text.length <= MAX_TOKEN_LENGTH && text.isWellFormed() ? subjectToken(text) : null
}
