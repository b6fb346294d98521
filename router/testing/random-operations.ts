import {
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from 'graphql'

/** Valid random queries: aliases, fragments of both kinds, conditions, repeated names; the same for the same seed. */
export function randomOperations(schema: GraphQLSchema, seed: number, count: number) {
  const random = generator(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const chance = (part: number) => random() < part
  const found: { source: string; variables: Record<string, unknown> }[] = []
  while (found.length < count) {
    const source = operation()
    // Operations whose names clash are dropped by validation.
    if (validate(schema, parse(source)).length === 0)
      found.push({ source, variables: { yes: true, no: false, n: below(3) } })
  }
  return found

  function operation(): string {
    const fragments: string[] = []
    const root = schema.getQueryType()
    if (!root) throw new Error('A schema has queries.')
    const selections = selectionsOf(root, 4, fragments)
    return `query ($yes: Boolean!, $no: Boolean = false, $n: Int) { open @skip(if: $yes) a: open @skip(if: $no) users(first: $n) { __typename } ${selections} } ${fragments.join(' ')}`
  }

  function selectionsOf(type: GraphQLCompositeType, depth: number, fragments: string[]): string {
    return Array.from({ length: 1 + below(4) }, () => selection(type, depth, fragments)).join(' ')
  }

  function selection(type: GraphQLCompositeType, depth: number, fragments: string[]): string {
    if (depth > 0 && (isUnionType(type) ? chance(0.8) : chance(0.3))) {
      const on = fragmentTypes(type)
      const condition = on[below(on.length)] ?? type
      const inner = selectionsOf(condition, depth - 1, fragments)
      if (chance(0.6))
        return `... ${condition === type && chance(0.5) ? '' : `on ${condition.name}`}${when()} { ${inner} }`
      const name = `F${fragments.length}`
      fragments.push(`fragment ${name} on ${condition.name} { ${inner} }`)
      return `...${name}${when()} ${chance(0.2) ? `...${name}` : ''}`
    }
    if (isUnionType(type)) return '__typename'
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    )
    const field = fields[below(fields.length)]
    if (!field || chance(0.05)) return '__typename'
    const inner = getNamedType(field.type)
    const alias = chance(0.3) ? `${'abc'[below(3)]}_${field.name}: ` : ''
    return `${alias}${field.name}${when()}${isCompositeType(inner) ? ` { ${selectionsOf(inner, depth - 1, fragments)} }` : ''}`
  }

  function fragmentTypes(type: GraphQLCompositeType): GraphQLCompositeType[] {
    if (isObjectType(type)) return [type, ...type.getInterfaces()]
    const around = isInterfaceType(type) ? type.getInterfaces() : []
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : []
    return [type, ...around, ...possible, ...possible.flatMap((member) => member.getInterfaces())]
  }

  function when(): string {
    return chance(0.85) ? '' : ` @${chance(0.5) ? 'skip' : 'include'}(if: $${chance(0.5) ? 'yes' : 'no'})`
  }
}

/** Pseudo-random numbers from 0 to 1, reproducible by the seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
