import {
  GraphQLError,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { exactNumber } from '../../chassis/exact-json.ts'
import type { Fixed } from './definition.ts'
import { chance } from './random.ts'
import { concrete, type Setup, type Subgraph } from './setup.ts'

/**
 * An object of the world. Its id determines its values: `Book/2` is the second book, `Book/2.size` an object without a
 * key. `up` is the object it was reached from; `sent` is the representation that the subgraph got. `among`: an object
 * without a key has no other subgraphs to answer its fields than those with the field that leads to it.
 */
export type Thing = {
  type: string
  id: string
  number: number
  up: Thing | null
  among?: string[]
  sent?: Record<string, unknown>
}

/**
 * plain: no nulls, lists have at least two members, and numbers are predictable (a list has 1, 2, …; a single entity
 * has the number of its parent). wild: nulls, empty lists, any entity. faulty: wild, and some nullable fields throw.
 */
export type Mood = 'plain' | 'wild' | 'faulty'

export type World = {
  setup: Setup
  /**
   * The value of an object's field. `by` is what else it depends on (from `@requires` or a context). Throws if the
   * field fails.
   */
  value: (thing: Thing, field: string, args: Record<string, unknown>, by: string) => unknown
  entity: (type: string, number: number) => Thing
  /** Forgets earlier calls; call it before each operation. */
  restart: () => void
}

/** The number of entities of each type. */
export const POPULATION = 3

export function createWorld(setup: Setup, seed: string, mood: Mood, fixed: Record<string, Fixed> = {}): World {
  const { fullSchema } = setup.supergraph
  const roots = new Set([
    fullSchema.getQueryType()?.name,
    fullSchema.getMutationType()?.name,
    fullSchema.getSubscriptionType()?.name,
  ])
  const ranges = new Map<string, Range>()
  let calls: string[] = []

  const rangeOf = (type: string, field: string, among: string[] | undefined): Range => {
    const key = `${type}.${field} ${among ?? ''}`
    const range = ranges.get(key) ?? readRange(setup, type, field, among)
    ranges.set(key, range)
    return range
  }

  const entity = (type: string, number: number, up: Thing | null = null): Thing => ({
    type,
    id: `${type}/${number}`,
    number,
    up,
  })

  const value: World['value'] = (thing, field, args, by) => {
    const coordinate = `${thing.type}.${field}`
    const fixedAnswer = fixed[`${thing.id}.${field}`]
    if (fixedAnswer !== undefined) {
      const answer = typeof fixedAnswer === 'function' ? fixedAnswer(args, calls) : fixedAnswer
      calls.push(coordinate)
      return things(answer, thing)
    }
    const range = rangeOf(thing.type, field, thing.among)
    const isKeyField = setup.keyFields.has(coordinate)
    const label = `${field}${describeArguments(args)}${by}`
    const roll = (what: string) => chance(`${seed} ${thing.id}.${label} ${what}`)
    if (
      mood === 'faulty' &&
      range.nullable &&
      !isKeyField &&
      !setup.requiredFields.has(coordinate) &&
      roll('fault') < 0.06
    ) {
      const extensions = roll('code') < 0.5 ? { code: 'OUT_OF_LUCK' } : {}
      throw new GraphQLError(`There is no ${label} of ${thing.id}.`, { extensions })
    }

    const complete = ({ nullable, member }: Range, at: string, index: number): unknown => {
      if (nullable && !isKeyField && mood !== 'plain' && roll(`null${at}`) < 0.15) return null
      if (!member) return single(at, index)
      const plain = Math.max(2, range.types.length)
      const length = mood === 'plain' ? plain : Math.floor(roll(`length${at}`) * 4)
      return Array.from({ length: range.composite && range.types.length === 0 ? 0 : length }, (_, i) =>
        complete(member, `${at}.${i}`, i),
      )
    }
    const single = (at: string, index: number): unknown => {
      const random = (what: string, limit: number) => Math.floor(roll(`${what}${at}`) * limit)
      if (!range.composite) return leaf(range, thing, field, label, isKeyField, random)
      const turn = at === '' ? thing.number - 1 : index
      const type = range.types[mood === 'plain' ? turn % range.types.length : random('type', range.types.length)]
      if (type === undefined) return null
      if (roots.has(type)) return { type, id: type, number: 1, up: thing }
      if (!setup.entities.has(type)) {
        return { type, id: `${thing.id}.${label}${at}`, number: turn + 1, up: thing, among: range.subgraphs }
      }
      if (setup.singletons.has(type)) return entity(type, 1, thing)
      const number = mood === 'plain' || isKeyField ? turn % POPULATION : random('number', POPULATION)
      return entity(type, number + 1, thing)
    }
    return complete(range, '', 0)
  }

  /** Fixed answers contain objects by their ids. */
  const things = (answer: unknown, up: Thing): unknown => {
    if (Array.isArray(answer)) return answer.map((member) => things(member, up))
    const [, type, number] = typeof answer === 'string' ? (/^(\w+)\/(\d+)$/.exec(answer) ?? []) : []
    if (type === undefined || !setup.entities.has(type)) return answer
    return entity(type, Number(number), up)
  }

  const leaf = (
    range: Range,
    thing: Thing,
    field: string,
    label: string,
    isKeyField: boolean,
    random: (what: string, limit: number) => number,
  ) => {
    if (range.values) return range.values[random('enum', range.values.length)]
    if (range.name === 'Boolean') return random('boolean', 2) === 1
    if (range.name === 'Int') return isKeyField ? thing.number : random('int', 1_000)
    if (range.name === 'Float') return random('float', 1_000) + 0.5
    if (range.name === 'Long') return exactNumber(`900719925474099${isKeyField ? thing.number : random('long', 10)}`)
    if (isKeyField && field === 'id') return thing.id
    const text = `${label} of ${thing.id}`
    return range.name === 'JSON' ? { text, list: [1, null, { field }] } : text
  }

  return {
    setup,
    value,
    entity: (type, number) => {
      if (!isObjectType(fullSchema.getType(type))) throw new Error(`There are no ${type}s.`)
      return entity(type, number)
    },
    restart: () => {
      calls = []
    },
  }
}

/** Arguments as text; empty if there are none. */
function describeArguments(args: Record<string, unknown>): string {
  const names = Object.keys(args).sort()
  return names.length ? `(${names.map((name) => `${name}: ${JSON.stringify(args[name])}`)})` : ''
}

/** What a field may return according to all of these subgraphs, which have it. */
type Range = {
  subgraphs: string[]
  nullable: boolean
  /** The range of a list's members. */
  member: Range | undefined
  name: string
  composite: boolean
  /** Names of object types. */
  types: string[]
  /** Values of an enum. */
  values: string[] | undefined
}

function readRange(setup: Setup, type: string, field: string, among: string[] | undefined): Range {
  const subgraphs = [...setup.subgraphs.values()].filter(({ name }) => !among || among.includes(name))
  const all = subgraphs.flatMap((subgraph) => definitionsIn(subgraph, type, field))
  const own = all.filter(({ external }) => !external)
  const definitions = own.length ? own : all
  if (definitions.length === 0) throw new Error(`No subgraph has ${type}.${field}`)
  const schema = setup.supergraph.fullSchema
  const possible = definitions.map(({ subgraph, type }) => {
    const named = getNamedType(type)
    const local = isAbstractType(named) ? subgraph.schema.getPossibleTypes(named).map(({ name }) => name) : [named.name]
    return new Set(local.flatMap((name) => concrete(schema, name)))
  })
  const [first = new Set<string>()] = possible
  const named = definitions.map(({ type }) => getNamedType(type))
  const enums = named.flatMap((type) => (isEnumType(type) ? [type.getValues().map(({ name }) => name)] : []))
  const composite = !!named[0] && (isAbstractType(named[0]) || isObjectType(named[0]))
  const leaf = {
    subgraphs: definitions.map(({ subgraph }) => subgraph.name),
    name: named[0]?.name ?? '',
    composite,
    types: composite ? [...first].filter((name) => possible.every((one) => one.has(name))).sort() : [],
    values: enums[0]?.filter((name) => enums.every((one) => one.includes(name))).sort(),
  }
  const shaped = (types: GraphQLOutputType[]): Range => {
    const nullable = types.every((type) => !isNonNullType(type))
    const bare = types.map((type) => (isNonNullType(type) ? type.ofType : type))
    const members = bare.flatMap((type) => (isListType(type) ? [type.ofType] : []))
    return { ...leaf, nullable, member: members.length ? shaped(members) : undefined }
  }
  return shaped(definitions.map(({ type }) => type))
}

/** A field's definitions in a subgraph: on the type itself, or on its interface objects. */
export function definitionsIn(subgraph: Subgraph, type: string, field: string) {
  const interfaceObjects = [...subgraph.interfaceObjects].flatMap(([name, types]) =>
    types.includes(type) ? [name] : [],
  )
  return [type, ...interfaceObjects].flatMap((name) => {
    const parent = subgraph.schema.getType(name)
    const isThere = isObjectType(parent) || isInterfaceType(parent)
    const found = isThere ? parent.getFields()[field] : undefined
    const coordinate = `${name}.${field}`
    return found ? [{ subgraph, type: found.type, coordinate, external: subgraph.external.has(coordinate) }] : []
  })
}
