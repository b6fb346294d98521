import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseValue,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { exactNumber } from '../../chassis/exact-json.ts'
import { mapFetches } from './map-fetches.ts'

/** Begins a string that stands for a literal. Strings of clients that begin with it are hidden as well. */
const MARK = '\u0001'
/** The mark in the text of an operation. */
const ESCAPED_MARK = '\\u0001'

/**
 * Hides literals that Apollo's planner would change in strings, which it passes on. In custom scalars it reads numbers as
 * JavaScript's and enum values as strings; elsewhere it writes an ID of digits as a number. The node must be valid.
 */
export function hideLiterals<Node extends DocumentNode | OperationDefinitionNode>(
  node: Node,
  schema: GraphQLSchema,
): Node {
  const types = new TypeInfo(schema)
  const hidden = (node: ValueNode) => ({ kind: Kind.STRING, value: `${MARK}${print(node)}` }) as const
  const hideInScalar = (node: ValueNode) => {
    const type = getNamedType(types.getInputType())
    // Inside an object of a custom scalar there are no types.
    return !type || (isScalarType(type) && !isSpecifiedScalarType(type)) ? hidden(node) : undefined
  }
  return visit(
    node as ASTNode,
    visitWithTypeInfo(types, {
      IntValue: hideInScalar,
      FloatValue: hideInScalar,
      EnumValue: hideInScalar,
      StringValue: (node) => {
        const isId = getNamedType(types.getInputType())?.name === 'ID'
        return (isId && /^-?\d+$/.test(node.value)) || node.value.startsWith(MARK) ? hidden(node) : undefined
      },
    }),
  ) as Node // Values are replaced by values only.
}

/** The plan of a document in which literals were hidden, with the literals back in the fetches' operations. */
export const restoreLiterals = (plan: QueryPlan): QueryPlan => mapFetches(plan, restoreIn)

function restoreIn(node: FetchNode): FetchNode {
  if (!node.operation.includes(ESCAPED_MARK)) return node
  const document = visit(parse(node.operation, { noLocation: true }), {
    StringValue: ({ value }) =>
      value.startsWith(MARK) ? parseValue(value.slice(MARK.length), NO_LOCATION) : undefined,
  })
  return { ...node, operation: stripIgnoredCharacters(print(document)) }
}

const NO_LOCATION = { noLocation: true }

/** Lets the schema's custom scalars read numbers in literals exactly, in place. */
export function readLiteralsExactly(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type) && !isSpecifiedScalarType(type)) type.parseLiteral = valueOfLiteral
  }
}

function valueOfLiteral(node: ValueNode, variables?: Parameters<typeof valueFromASTUntyped>[1]): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return exactNumber(node.value)
    case Kind.LIST:
      return node.values.map((each) => valueOfLiteral(each, variables))
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, valueOfLiteral(value, variables)]))
    default:
      return valueFromASTUntyped(node, variables)
  }
}
