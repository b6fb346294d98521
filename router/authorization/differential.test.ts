import { describe, expect, it } from '@jest/globals'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { guarded } from '../testing/guarded.ts'
import { identities, isAllowed } from '../testing/guarded-expectations.ts'
import { executorInProcess } from '../testing/in-process.ts'
import { randomOperations } from '../testing/random-operations.ts'

/** Operations for each identity. `RANDOM_OPERATIONS=1000` runs more. */
const OPERATIONS = Number(process.env.RANDOM_OPERATIONS ?? 20)
const { supergraph, query, resolvedFields } = executorInProcess(guarded)
const schema = supergraph.clientSchema

/** Fields that plans fetch for themselves: keys, `__typename` and `_entities`. */
const OF_THE_PLAN = /^\w+\.(id|__typename|_entities)$/

type Resolve = GraphQLFieldResolver<Record<string, unknown>, unknown>
const resolvers = guarded.map((definition) => definition.resolvers as Record<string, Record<string, Resolve>>)
const typeResolver = (value: { __typename: string }) => value.__typename

/** Both subgraphs as one schema. Its execution by graphql-js is the reference. */
const resolve: Resolve = async (source, args, context, info) => {
  const found = resolvers.map((all) => all[info.parentType.name]?.[info.fieldName] ?? all.Media?.[info.fieldName])
  const resolver = found.find((one) => one !== undefined)
  const value = resolver ? await resolver(source, args, context, info) : source?.[info.fieldName]
  // The other subgraph returns references.
  const whole = (type: string, reference: object) =>
    resolvers[0]?.[type]?.__resolveReference?.({ ...reference }, {}, context, info)
  if (info.fieldName === 'rival') return whole('User', value as object)
  return info.fieldName === 'best' ? (value as object[]).map((one) => whole('Media', one)) : value
}

/** The coordinates of a document's fields, with the type that each is selected on. */
function coordinatesOf(document: DocumentNode): Map<FieldNode, string> {
  const found = new Map<FieldNode, string>()
  const types = new TypeInfo(schema)
  const note = (node: FieldNode) => void found.set(node, `${types.getParentType()?.name}.${node.name.value}`)
  visit(document, visitWithTypeInfo(types, { Field: note }))
  return found
}

/**
 * A document without spreads, and without the types of fragments that apply to all objects anyway: a field that is selected
 * on `Note`, and there on its interface, is one of `Note`.
 */
function onNarrowestTypes(document: DocumentNode): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>()
  visit(document, { FragmentDefinition: (node) => void fragments.set(node.name.value, node) })
  const inlined = (node: DocumentNode): DocumentNode =>
    visit(node, {
      FragmentDefinition: () => null,
      FragmentSpread: ({ name, directives }) => {
        const { typeCondition, selectionSet } = fragments.get(name.value) as FragmentDefinitionNode
        return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives }
      },
    })
  const narrowed = (set: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode => {
    const selections = set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) return selection
      if (selection.kind === Kind.FIELD) {
        const field = isUnionType(parent) ? undefined : parent.getFields()[selection.name.value]
        const type = field && getNamedType(field.type)
        return isCompositeType(type)
          ? { ...selection, selectionSet: narrowed(selection.selectionSet, type) }
          : selection
      }
      const condition = schema.getType(selection.typeCondition?.name.value ?? '')
      const isNarrower =
        isCompositeType(condition) &&
        !(isAbstractType(condition) && schema.isSubType(condition, parent as GraphQLObjectType))
      if (isNarrower) return { ...selection, selectionSet: narrowed(selection.selectionSet, condition) }
      return { ...selection, typeCondition: undefined, selectionSet: narrowed(selection.selectionSet, parent) }
    })
    return { ...set, selections }
  }
  // Each round inlines the spreads in the fragments of the round before.
  let whole = inlined(document)
  while (print(whole).match(/\.\.\.F\d/)) whole = inlined(whole)
  return visit(whole, {
    OperationDefinition: (node) => ({
      ...node,
      selectionSet: narrowed(node.selectionSet, schema.getQueryType() as GraphQLObjectType),
    }),
  })
}

/** A whole operation, where each refused field throws. */
async function reference(document: DocumentNode, identity: string, variableValues: Record<string, unknown>) {
  const coordinates = coordinatesOf(document)
  const fieldResolver: Resolve = async (object, args, context, info) => {
    const refused = info.fieldNodes.find((node) => !isAllowed(coordinates.get(node) ?? '', identity))
    if (!refused) return resolve(object, args, context, info)
    throw new GraphQLError('refused', { extensions: { coordinate: coordinates.get(refused) } })
  }
  return execute({ schema, document, variableValues, rootValue: {}, fieldResolver, typeResolver })
}

const toldAt = (errors: readonly GraphQLError[] = []) =>
  errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.coordinate}`).sort()

/** Errors without those below a null: of several errors that null an object, graphql-js reports only the first. */
function present({ data, errors = [] }: ExecutionResult): string[] {
  const stands = ({ path = [] }: GraphQLError) => {
    let value: unknown = data
    for (const key of path.slice(0, -1)) value = (value as Record<string | number, unknown> | null)?.[key]
    return value !== null && value !== undefined
  }
  return toldAt(errors.filter(stands))
}

describe.each(Object.keys(identities))(`${OPERATIONS} random operations of %s`, (identity) => {
  const caller = { claims: identities[identity] ?? null, headers: {} }
  const seed = [...identity].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)

  it('are answered as if each refused field had failed, and never fetch one', async () => {
    let refusals = 0
    for (const { source, variables } of randomOperations(schema, seed, OPERATIONS)) {
      const of = `${source} ${JSON.stringify(variables)}`
      resolvedFields.length = 0
      const actual = await query(source, caller.claims, variables)
      const expected = await reference(onNarrowestTypes(parse(source)), identity, variables)
      expect([of, JSON.stringify(actual.data)]).toEqual([of, JSON.stringify(expected.data)])
      expect([of, present(actual)]).toEqual([of, present(expected)])
      expect([of, toldAt(actual.errors)]).toEqual([of, expect.arrayContaining(toldAt(expected.errors))])
      refusals += actual.errors?.length ?? 0
      const wrong = resolvedFields.filter(
        (coordinate) => !OF_THE_PLAN.test(coordinate) && !isAllowed(coordinate, identity),
      )
      expect([of, wrong]).toEqual([of, []])
    }
    expect(refusals).toBeGreaterThan(OPERATIONS / 10)
  })
})
