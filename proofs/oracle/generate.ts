import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import { argumentsText, condition, type Inputs } from './inputs.ts'
import { type Random, seeded } from './random.ts'
import type { OperationRequest } from './request.ts'

/**
 * The response names of one object and what they stand for, so that equal names can be merged; `inner` has those of the
 * objects below.
 */
type Scope = {
  names: Map<string, { meaning: string; parent: GraphQLNamedType; type: string }>
  inner: Map<string, Scope>
}
/** `isSubscription`: an event comes first. */
type Drawn = OperationRequest & { isSubscription: boolean }
type Draft = Inputs & { fragments: string[]; size: number }

const MOST_FIELDS = 30

/** A valid random operation, the same for the same seed. Throws after twenty invalid attempts. */
export function generateOperation(schema: GraphQLSchema, seed: string): Drawn {
  for (let attempt = 0; attempt < 20; attempt++) {
    const request = draw(schema, seeded(`${seed}/${attempt}`))
    if (request && validate(schema, request.document).length === 0) return request
  }
  throw new Error(`No valid operation by the seed ${seed}`)
}

function draw(schema: GraphQLSchema, random: Random): Drawn | null {
  const draft: Draft = { random, schema, variables: new Map(), fragments: [], size: 0 }
  const kind = random.maybe(0.75)
    ? OperationTypeNode.QUERY
    : random.pick([OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION])
  const root = schema.getRootType(kind)
  if (!root) return null
  const depth = 1 + random.below(5)
  // A subscription has exactly one root field, and graphql-js throws if it has a condition.
  const isOne = kind === OperationTypeNode.SUBSCRIPTION
  const body = isOne ? `{ ${field(draft, root, depth, newScope(), 0)} }` : selection(draft, root, depth, newScope())
  const declared = [...draft.variables].map(([name, { type, preset }]) => `$${name}: ${type}${preset}`)
  const name = random.maybe(0.3) ? ' Named' : ''
  const text = [`${kind}${name}${declared.length ? `(${declared.join(', ')})` : ''} ${body}`, ...draft.fragments].join(
    '\n',
  )
  const variables = Object.fromEntries(
    [...draft.variables].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
  )
  const document: DocumentNode = parse(text, { noLocation: true })
  return { document, operationName: name ? 'Named' : null, variables, isSubscription: isOne }
}

const newScope = (): Scope => ({ names: new Map(), inner: new Map() })

function selection(draft: Draft, type: GraphQLNamedType, depth: number, scope: Scope): string {
  const { random } = draft
  const parts: string[] = []
  const wanted = 1 + random.below(4)
  for (let index = 0; index < wanted; index++) {
    const roll = random.below(100)
    if (roll < 10) parts.push(random.maybe(0.3) ? 'kind: __typename' : '__typename')
    else if (roll < 35 || (!isObjectType(type) && !isInterfaceType(type)))
      parts.push(fragment(draft, type, depth, scope))
    else parts.push(field(draft, type, depth, scope))
  }
  const found = parts.filter((part) => part !== '')
  return `{ ${found.length ? found.join(' ') : '__typename'} }`
}

function fragment(draft: Draft, type: GraphQLNamedType, depth: number, scope: Scope): string {
  if (depth < 0 || draft.size > MOST_FIELDS) return ''
  const { random, schema } = draft
  const narrower = Object.values(schema.getTypeMap()).filter(
    (other) => isCompositeType(other) && !other.name.startsWith('__') && overlap(schema, type, other),
  )
  const condition_ = random.maybe(0.1) ? type : random.pick(narrower)
  const body = selection(draft, condition_, depth - 1, scope)
  const directive = condition(draft, 0.15)
  if (random.maybe(0.75)) {
    const bare = condition_ === type && random.maybe(0.5)
    return `...${bare ? '' : ` on ${condition_.name}`}${directive} ${body}`
  }
  const name = `F${draft.fragments.length}`
  draft.fragments.push(`fragment ${name} on ${condition_.name} ${body}`)
  // A repeated spread is merged, sometimes under another condition than the first one.
  return random.maybe(0.1) ? `...${name}${directive} ...${name}` : `...${name}${directive}`
}

function overlap(schema: GraphQLSchema, one: GraphQLNamedType, other: GraphQLNamedType): boolean {
  const all = possible(schema, other)
  return possible(schema, one).some((name) => all.includes(name))
}

const possible = (schema: GraphQLSchema, type: GraphQLNamedType) =>
  isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]

function field(
  draft: Draft,
  type: GraphQLObjectType | GraphQLInterfaceType,
  depth: number,
  scope: Scope,
  conditions = 0.1,
): string {
  const { random, schema } = draft
  const isQuery = type === schema.getQueryType()
  if (isQuery && random.maybe(0.03)) return introspection(draft)
  const all = Object.values(type.getFields())
  const fields = depth <= 0 || draft.size > MOST_FIELDS ? all.filter((one) => isLeafType(getNamedType(one.type))) : all
  if (fields.length === 0) return ''
  const chosen = random.pick(fields)
  draft.size++
  const args = argumentsText(draft, chosen)
  const name = responseName(draft, chosen, args, type, all, scope)
  const inner = scope.inner.get(name) ?? newScope()
  scope.inner.set(name, inner)
  const named = getNamedType(chosen.type)
  const body = isLeafType(named) ? '' : ` ${selection(draft, named, depth - 1, inner)}`
  const alias = name === chosen.name ? '' : `${name}: `
  return `${alias}${chosen.name}${args}${condition(draft, conditions)}${body}`
}

/**
 * The field's name or an alias. A name that stands for something else already is used only if no object can have both.
 */
function responseName(
  { random, schema, size }: Draft,
  chosen: GraphQLField<unknown, unknown>,
  args: string,
  parent: GraphQLNamedType,
  siblings: GraphQLField<unknown, unknown>[],
  { names }: Scope,
): string {
  const meaning = `${chosen.name}${args}`
  const ideas = [chosen.name, chosen.name, 'a', 'b', random.pick(siblings).name, `${chosen.name}_${size}`]
  const name = random.maybe(0.7) ? chosen.name : random.pick(ideas)
  const taken = names.get(name)
  const type = String(chosen.type)
  const isFree =
    !taken ||
    taken.meaning === meaning ||
    (taken.type === type && taken.parent !== parent && isObjectType(taken.parent) && isObjectType(parent))
  const result = isFree ? name : `x${size}`
  if (!taken || !isFree) names.set(result, { meaning, parent, type })
  // Conflicts with a field of that name elsewhere are left to validation.
  return schema.getType(result) ? `x${size}` : result
}

function introspection({ random, schema }: Draft): string {
  const types = Object.keys(schema.getTypeMap())
  return random.pick([
    '__schema { queryType { name } }',
    `__type(name: "${random.pick(types)}") { kind name fields { name type { name kind } } possibleTypes { name } }`,
    'meta: __schema { directives { name args { name } } }',
    `shape: __type(name: "${random.pick(types)}") { __typename name enumValues { name } inputFields { name defaultValue } }`,
  ])
}
