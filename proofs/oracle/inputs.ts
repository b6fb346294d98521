import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'
import { exactNumber } from '../../chassis/exact-json.ts'
import type { Random } from './random.ts'

/**
 * The variables of an operation that is being generated: `preset` is a default as text, `value` is sent with the
 * request.
 */
export type Inputs = {
  random: Random
  schema: GraphQLSchema
  variables: Map<string, { type: string; preset: string; value: unknown }>
}

/** Numbers that JSON.parse would change, and a neighbour of one. */
const UNUSUAL = ['9007199254740993', '9007199254740992', '1e400', '1.0', '-0', '0.1000000000000000055'].map(exactNumber)

/** A field's arguments as text, with literals and variables. Optional ones are often left out. */
export function argumentsText(draft: Inputs, field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter((argument) => isRequiredArgument(argument) || draft.random.maybe(0.6))
  if (given.length === 0) return ''
  return `(${given.map((argument) => `${argument.name}: ${inputText(draft, argument)}`).join(', ')})`
}

function inputText(draft: Inputs, argument: GraphQLArgument): string {
  return draft.random.maybe(0.45) ? variable(draft, argument.type) : literal(draft, argument.type, 0)
}

function variable(draft: Inputs, type: GraphQLInputType): string {
  const { random, variables } = draft
  const same = [...variables].filter(([, known]) => known.type === String(type))
  if (same.length && random.maybe(0.3)) return `$${random.pick(same)[0]}`
  const name = `v${variables.size}`
  const preset = random.maybe(0.3) ? ` = ${plainLiteral(draft, type)}` : ''
  const optional = preset !== '' || !isNonNullType(type)
  variables.set(name, {
    type: String(type),
    preset,
    value: optional && random.maybe(0.3) ? undefined : json(draft, type),
  })
  return `$${name}`
}

/** `@skip` or `@include` with this probability, with a literal or a variable. */
export function condition(draft: Inputs, probability: number): string {
  const { random, variables } = draft
  if (!random.maybe(probability)) return ''
  const one = (name: string) => {
    if (random.maybe(0.3)) return ` @${name}(if: ${random.maybe(0.5)})`
    const known = ['p', 'q', 'r'][random.below(3)] ?? 'p'
    if (!variables.has(known)) {
      const preset = random.maybe(0.3) ? ` = ${random.maybe(0.5)}` : ''
      const value = preset && random.maybe(0.5) ? undefined : random.maybe(0.5)
      variables.set(known, { type: 'Boolean!', preset, value })
    }
    return ` @${name}(if: $${known})`
  }
  if (random.maybe(0.1)) return one('skip') + one('include')
  return one(random.maybe(0.5) ? 'skip' : 'include')
}

const plainLiteral = (draft: Inputs, type: GraphQLInputType) => literal(draft, type, 9)

/** A literal as text. It may contain variables where `depth` is small. */
function literal(draft: Inputs, type: GraphQLInputType, depth: number): string {
  const { random } = draft
  if (!isNonNullType(type)) return random.maybe(0.08) ? 'null' : literal(draft, new GraphQLNonNull(type), depth)
  const bare = type.ofType
  if (isListType(bare)) {
    if (random.maybe(0.15)) return literal(draft, new GraphQLNonNull(getNullableType(bare.ofType)), depth + 1) // a single value is coerced to a list
    return `[${Array.from({ length: random.below(3) }, () => literal(draft, bare.ofType, depth + 1)).join(', ')}]`
  }
  if (isInputObjectType(bare)) {
    const text = (inner: GraphQLInputType) =>
      depth < 3 && random.maybe(0.2) ? variable(draft, inner) : literal(draft, inner, depth + 1)
    return `{ ${fieldsOf(draft, bare, depth)
      .map((field) => `${field.name}: ${text(field.type)}`)
      .join(', ')} }`
  }
  if (isEnumType(bare)) return random.pick(bare.getValues()).name
  return JSON.stringify(scalar(draft, bare.name)).replace(/"(\w+)":/g, '$1:')
}

const fieldsOf = ({ random }: Inputs, type: GraphQLInputObjectType, depth: number) =>
  Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || random.maybe(depth > 2 ? 0.1 : 0.5))

function json(draft: Inputs, type: GraphQLInputType, depth = 0): unknown {
  const { random } = draft
  if (isNonNullType(type)) return json(draft, type.ofType, depth) ?? json(draft, type, depth)
  if (random.maybe(0.08)) return null
  if (isListType(type)) return Array.from({ length: random.below(3) }, () => json(draft, type.ofType, depth + 1))
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      fieldsOf(draft, type, depth).map((field) => [field.name, json(draft, field.type, depth + 1)]),
    )
  }
  if (isEnumType(type)) return random.pick(type.getValues()).name
  return scalar(draft, type.name)
}

function scalar({ random }: Inputs, name: string): unknown {
  if (name === 'Int') return random.below(10)
  if (name === 'Float') return random.below(10) + 0.5
  if (name === 'Boolean') return random.maybe(0.5)
  if (name === 'Long') return random.pick([1, ...UNUSUAL])
  if (name === 'JSON') return random.pick([1, 'text', true, [1, 'two'], { deep: [{ er: 1 }] }])
  return random.pick(['one', 'two', 'with "quotes"', ''])
}
