import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLField, getNamedType, isLeafType, isObjectType } from 'graphql'
import type { Answer } from '../../../scripts/client.ts'
import { idOf, uuidOf } from '../ids.ts'
import { ARGUMENTS, PATHS } from './paths.ts'

export const api = buildSchema(readFileSync(new URL('../../../schema/api.graphql', import.meta.url), 'utf8'))

/** The types whose id has the order's UUID. */
const OF_AN_ORDER = ['Order', 'Payment', 'StoreOrder', 'Delivery', 'MyPageEntry']
const REFUSALS: Record<string, string> = { UNAUTHENTICATED: 'U', FORBIDDEN: 'F' }

const SHOWN = '✓'
const NULL = '–'
const EMPTY = '∅'
const NOT_FOUND = 'N'
export const NOT_REACHED = '·'

/** The sign for a refusal by the router. Throws for any other error, which no query here should cause. */
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

/** The types that show other things to others depending on the field that returns them. */
const BY_FIELD = ['User', 'Photo']

/** Every field of every object type, as the table names them: those of User and Photo once for each field that returns one. */
export function fieldsOfTheApi(): string[] {
  const types = Object.values(api.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  const all = types.flatMap(({ name }) => Object.values(typeOf(name).getFields()).map((field) => ({ name, field })))
  const returning = (type: string) => all.filter(({ field }) => String(getNamedType(field.type)) === type)
  return all.flatMap(({ name, field }) =>
    BY_FIELD.includes(name)
      ? returning(name).map((of) => `${of.name}.${of.field.name} → ${name}.${field.name}`)
      : [`${name}.${field.name}`],
  )
}

/** A selection of a field's leaves, because an object counts as shown only with its content. */
function selectLeaves(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type)
  if (isLeafType(type)) return ''
  if (!isObjectType(type)) return '{ __typename }'
  const leaves = Object.values(type.getFields()).filter((one) => isLeafType(getNamedType(one.type)))
  return `{ ${orderIdAlias(type.name)} __typename ${leaves.map(({ name }) => name).join(' ')} }`
}

const orderIdAlias = (type: string) => (OF_AN_ORDER.includes(type) ? 'ofOrder: id' : '')

/** A selection of all fields of a type. */
export function selectAll(name: string): string {
  const fields = Object.values(typeOf(name).getFields()).map((field) => {
    const args = ARGUMENTS[`${name}.${field.name}`]
    return `${field.name}${args ? `(${args})` : ''} ${selectLeaves(field)}`
  })
  return `{ ${orderIdAlias(name)} __typename ${fields.join('\n')} }`
}

export type Variables = Record<'order' | 'waiting' | 'store' | 'planned' | 'item' | 'leaving' | 'far' | 'token', string>
export type SendQuery = (query: string, variables: Record<string, string>) => Promise<Answer<Fields>>
export type Fields = { [name: string]: unknown }
type Path = (string | number)[]

/** The sign of each field of one object. */
export type Signs = Record<string, string>

/** Queries all fields of a type by each path to it; returns the signs of each object of the order that was reached. */
export async function readObjects(place: string, variables: Variables, sendQuery: SendQuery): Promise<Signs[]> {
  const type = place.split(' → ').at(-1) ?? ''
  const paths = PATHS[place]
  if (!paths) throw new Error(`No path to ${place} is known.`)
  const reached: Signs[] = []
  for (const source of paths) {
    const { data, errors = [] } = await sendQuery(...operation(source.replace('@@', selectAll(type)), variables))
    const codes = new Map(
      errors.map(({ path, extensions, message }) => [
        path?.join('.'),
        refusal(extensions?.code, `${source}: ${message}`),
      ]),
    )
    const isRoot = type === 'Query' || type === 'Mutation'
    // A command's result is about the order of its arguments.
    const order = source.startsWith('mutation') ? null : variables.order
    const found = isRoot ? [{ object: data ?? {}, path: [] }] : findHere(data, order, [])
    for (const { object, path } of found) {
      // A command's result may be another member of the union.
      if (!isRoot && object.__typename !== type) continue
      reached.push(signsOf(type, object, (name) => codes.get([...path, name].join('.'))))
    }
  }
  return reached
}

/** The sign of each field of an object; `refused` returns a field's sign if it was refused. */
export const signsOf = (type: string, object: Fields, refused: (name: string) => string | undefined): Signs =>
  Object.fromEntries(Object.keys(typeOf(type).getFields()).map((name) => [name, refused(name) ?? signOf(object[name])]))

function signOf(value: unknown): string {
  if (value === null || value === undefined) return NULL
  if (Array.isArray(value) && value.some((each) => each !== null)) return SHOWN
  if (Array.isArray(value)) return value.length ? NULL : EMPTY
  return isFields(value) && value.__typename === 'NotFound' ? NOT_FOUND : SHOWN
}

/** The operation with declarations of the variables that it uses, and a new idempotency key. */
export function operation(source: string, known: Variables): [string, Record<string, string>] {
  const { order } = known
  const ofOrder = {
    payment: idOf('Payment', order),
    storeOrder: idOf('StoreOrder', order),
    delivery: idOf('Delivery', order),
    entry: idOf('MyPageEntry', order),
  }
  const all: Record<string, string> = { ...known, ...ofOrder, key: randomUUID() }
  const used = Object.keys(all).filter((name) => new RegExp(`\\$${name}\\b`).test(source))
  const declaration = (name: string) => `$${name}: ${name === 'token' ? 'String!' : 'ID!'}`
  const declared = used.length ? `(${used.map(declaration).join(', ')})` : ''
  const [, keyword = 'query', selection = source] = /^(mutation|subscription) (.*)$/s.exec(source) ?? []
  return [`${keyword} ${declared} ${selection}`, Object.fromEntries(used.map((name) => [name, all[name] ?? '']))]
}

/** Every object with the alias `here` below a value, with its path, except those of other orders than `order`. */
function findHere(value: unknown, order: string | null, path: Path): { object: Fields; path: Path }[] {
  if (Array.isArray(value)) return value.flatMap((member, index) => findHere(member, order, [...path, index]))
  if (!isFields(value) || (order && isOfOtherOrder(value, order))) return []
  if (path.findLast((part) => typeof part === 'string') === 'here') return [{ object: value, path }]
  return Object.entries(value).flatMap(([name, below]) => findHere(below, order, [...path, name]))
}

/** Whether an object, or one of its fields, has the id of another order. */
export function isOfOtherOrder(object: Fields, order: string): boolean {
  const ids = [object, ...Object.values(object)].flatMap((part) =>
    isFields(part) && part.ofOrder ? [part.ofOrder] : [],
  )
  return ids.length > 0 && uuidOf(String(ids[0])) !== uuidOf(order)
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
