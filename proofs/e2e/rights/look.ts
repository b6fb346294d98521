import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLField, getNamedType, isLeafType, isObjectType } from 'graphql'
import type { Answer } from '../../../scripts/client.ts'
import { ARGUMENTS, PLACES } from './places.ts'

export const api = buildSchema(readFileSync(new URL('../../../schema/api.graphql', import.meta.url), 'utf8'))

/** Types whose id is the order's. */
const OF_AN_ORDER = ['Order', 'Payment', 'StoreOrder', 'Delivery', 'MyPageEntry']
const REFUSALS: Record<string, string> = { UNAUTHENTICATED: 'U', FORBIDDEN: 'F' }

const SHOWN = '✓'
const NULL = '–'
const EMPTY = '∅'
const NOT_FOUND = 'N'
export const NOT_REACHED = '·'

/** Whether something was refused by the router; throws for any other error, which none of the questions should meet. */
export function refusal(code: string | undefined, message: string): string {
  const sign = REFUSALS[code ?? '']
  if (!sign) throw new Error(`${code}: ${message}`)
  return sign
}

const typeOf = (name: string) => {
  const type = api.getType(name)
  if (!isObjectType(type)) throw new Error(`There is no type ${name}.`)
  return type
}

/** Every field of every type of objects, as the table names them: those of people by the field that names them. */
export function fieldsOfTheApi(): string[] {
  const types = Object.values(api.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  const all = types.flatMap(({ name }) => Object.values(typeOf(name).getFields()).map((field) => ({ name, field })))
  const people = all.filter(({ field }) => String(getNamedType(field.type)) === 'User')
  return all.flatMap(({ name, field }) =>
    name === 'User'
      ? people.map((of) => `${of.name}.${of.field.name} → User.${field.name}`)
      : [`${name}.${field.name}`],
  )
}

/** The leaves of an object, so that it counts as shown only with what it is made of. */
function leavesOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type)
  if (isLeafType(type)) return ''
  if (!isObjectType(type)) return '{ __typename }'
  const leaves = Object.values(type.getFields()).filter((one) => isLeafType(getNamedType(one.type)))
  return `{ ${atOf(type.name)} __typename ${leaves.map(({ name }) => name).join(' ')} }`
}

const atOf = (type: string) => (OF_AN_ORDER.includes(type) ? 'ofOrder: id' : '')

/** A selection of all that a type has. */
export function wholeOf(name: string): string {
  const fields = Object.values(typeOf(name).getFields()).map((field) => {
    const args = ARGUMENTS[`${name}.${field.name}`]
    return `${field.name}${args ? `(${args})` : ''} ${leavesOf(field)}`
  })
  return `{ ${atOf(name)} __typename ${fields.join('\n')} }`
}

export type Variables = Record<'order' | 'waiting' | 'store' | 'item' | 'leaving', string>
export type Ask = (query: string, variables: Record<string, string>) => Promise<Answer<Fields>>
export type Fields = { [name: string]: unknown }
type Path = (string | number)[]

/** What was answered for one object: the sign of each of its fields. */
export type Signs = Record<string, string>

/** Asks by each way for what a table's type has; answers one record for each object of the order that was reached. */
export async function lookAt(place: string, variables: Variables, ask: Ask): Promise<Signs[]> {
  const type = place.split(' → ').at(-1) ?? ''
  const ways = PLACES[place]
  if (!ways) throw new Error(`No way is known that leads to ${place}.`)
  const reached: Signs[] = []
  for (const way of ways) {
    const { data, errors = [] } = await ask(...operation(way.replace('@@', wholeOf(type)), variables))
    const codes = new Map(
      errors.map(({ path, extensions, message }) => [path?.join('.'), refusal(extensions?.code, `${way}: ${message}`)]),
    )
    const isRoot = type === 'Query' || type === 'Mutation'
    // A command answers what it was given.
    const order = way.startsWith('mutation') ? null : variables.order
    const found = isRoot ? [{ object: data ?? {}, path: [] }] : heres(data, order, [])
    for (const { object, path } of found) {
      // A command's answer may be another member of the union.
      if (!isRoot && object.__typename !== type) continue
      reached.push(signsOf(type, object, (name) => codes.get([...path, name].join('.'))))
    }
  }
  return reached
}

/** Each field's sign, given how its refusal, if any, is signed. */
export const signsOf = (type: string, object: Fields, refused: (name: string) => string | undefined): Signs =>
  Object.fromEntries(Object.keys(typeOf(type).getFields()).map((name) => [name, refused(name) ?? signOf(object[name])]))

function signOf(value: unknown): string {
  if (value === null || value === undefined) return NULL
  if (Array.isArray(value)) return value.length ? SHOWN : EMPTY
  return isFields(value) && value.__typename === 'NotFound' ? NOT_FOUND : SHOWN
}

/** The operation with a variable declared for each that it uses, and a key of its own. */
export function operation(source: string, known: Variables): [string, Record<string, string>] {
  const all: Record<string, string> = { ...known, key: randomUUID() }
  const used = Object.keys(all).filter((name) => new RegExp(`\\$${name}\\b`).test(source))
  const declared = used.length ? `(${used.map((name) => `$${name}: ID!`).join(', ')})` : ''
  const [, keyword = 'query', selection = source] = /^(mutation|subscription) (.*)$/s.exec(source) ?? []
  return [`${keyword} ${declared} ${selection}`, Object.fromEntries(used.map((name) => [name, all[name] ?? '']))]
}

/** Every object called `here` below a value, with its path; none of what is about another than `order`. */
function heres(value: unknown, order: string | null, path: Path): { object: Fields; path: Path }[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => heres(one, order, [...path, at]))
  if (!isFields(value) || (order && isOfAnother(value, order))) return []
  if (path.findLast((part) => typeof part === 'string') === 'here') return [{ object: value, path }]
  return Object.entries(value).flatMap(([name, below]) => heres(below, order, [...path, name]))
}

/** Whether it, or what it holds, says that it is about another order. */
export function isOfAnother(object: Fields, order: string): boolean {
  const told = [object, ...Object.values(object)].flatMap((one) => (isFields(one) && one.ofOrder ? [one.ofOrder] : []))
  return told.length > 0 && told[0] !== order
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
