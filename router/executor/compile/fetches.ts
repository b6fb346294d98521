import type { FetchDataKeyRenamer, FetchNode } from '@apollo/query-planner'
import { type GraphQLSchema, OperationTypeNode } from 'graphql'
import type { Operation } from '../../operation.ts'
import { parseOperation } from '../selection/normal-form.ts'
import { NO_ARGUMENT_ALIASES } from './argument-aliases.ts'
import { type CompileContext, ENTITIES, subgraphOperation } from './fetch-operation.ts'
import { compileNodeFields, type NodeFields } from './node-fields.ts'
import {
  type CompiledRepresentation,
  compileRequires,
  keysIn,
  typenameSettersOf,
  unneededRequirements,
} from './required-selections.ts'
import { type FetchedField, fetchedFieldsOf, selectFieldsToCheck } from './response-shape.ts'
import { splitByRequirements } from './split-fetch.ts'

/** One request to one subgraph, compiled as far as possible without variables and entities. */
export type CompiledFetch = {
  service: string
  mayRepeat: boolean
  /** Where its entities are, or where its data are merged. */
  path: readonly string[]
  /** The request body up to the values of the variables. */
  bodyPrefix: string
  variables: { name: string; json: string }[]
  representation: CompiledRepresentation | null
  /**
   * Splits this fetch into several, each with fields of equal requirements, for entities that lack some requirements.
   * Compiled on first use.
   */
  splitByRequirements: () => readonly CompiledFetch[]
  contextRewrites: FetchDataKeyRenamer[]
  /** The fields of the data, or of one entity if the fetch has representations. */
  fields: FetchedField[]
  fieldsToCheck: FetchedField[]
  /** What the router answers itself, without a request. */
  nodeFields: NodeFields | null
}

/** Compiles the fetch that would bring a subscription's event. It is never sent: the event's data are given. */
export const compilePrimary = (node: FetchNode, context: CompileContext) => ({
  fetch: compileFetch(node, [], context),
  operation: subgraphOperation(node, context).operation,
})

/** Compiles a request to a subgraph that is not part of a compiled plan. `variables` are the client's that it uses. */
export function compileRequest(service: string, text: string, schema: GraphQLSchema, variables: string[] = []) {
  const { operation, selectionSet } = parseOperation(text)
  const isOfEntities = selectionSet.selections.some((root) => 'name' in root && root.name.value === ENTITIES)
  const node: FetchNode = {
    kind: 'Fetch',
    serviceName: service,
    operation: text,
    operationName: undefined,
    operationKind: operation,
    requires: isOfEntities ? [] : undefined,
    variableUsages: variables,
  }
  return compileFetch(node, [], {
    schema,
    definitions: new Map(),
    argumentAliases: NO_ARGUMENT_ALIASES,
    nodes: null,
    representations: new Map(),
  })
}

/** Compiles one fetch of a plan. Throws for what current planners do not produce. */
export function compileFetch(node: FetchNode, path: readonly string[], context: CompileContext): CompiledFetch {
  const { schema, nodes } = context
  const { operation, text, variables, treeNames } = subgraphOperation(node, context)
  const root = fetchedFieldsOf(
    operation.selectionSet,
    schema.getRootType(operation.operation)?.name,
    schema,
    context.subgraphSchema?.(node.serviceName),
    treeNames,
  )
  const fields = node.requires ? (root.find(({ responseName }) => responseName === ENTITIES)?.fields ?? []) : root
  const { operationName } = node
  return {
    service: node.serviceName,
    mayRepeat: node.operationKind !== OperationTypeNode.MUTATION,
    path,
    bodyPrefix: `{"query":${JSON.stringify(text)}${operationName ? `,"operationName":${JSON.stringify(operationName)}` : ''}`,
    variables: variables.map(({ name, subgraphName }) => ({ name, json: `${JSON.stringify(subgraphName)}:` })),
    representation: node.requires ? compileRepresentation(node, operation, path, context) : null,
    splitByRequirements: once(() => splitFetches(node, path, context)),
    contextRewrites: node.contextRewrites ?? [],
    fields,
    fieldsToCheck: selectFieldsToCheck(fields),
    nodeFields: node.serviceName === nodes?.service ? compileNodeFields(operation.selectionSet, schema, nodes) : null,
  }
}

const splitFetches = (node: FetchNode, path: readonly string[], context: CompileContext): CompiledFetch[] =>
  splitByRequirements(node, context.argumentAliases).map((each) => compileFetch(each, path, context))

function once<Value>(create: () => Value): () => Value {
  let created: { value: Value } | undefined
  return () => {
    created ??= { value: create() }
    return created.value
  }
}

function compileRepresentation(
  { requires = [], inputRewrites = [], serviceName }: FetchNode,
  operation: Operation,
  path: readonly string[],
  { schema, argumentAliases, representations, subgraphSchema }: CompileContext,
): CompiledRepresentation {
  const optional = unneededRequirements(operation, serviceName, argumentAliases)
  const required = {
    schema,
    requires: compileRequires(requires, argumentAliases, optional),
    typenameSetters: typenameSettersOf(inputRewrites),
  }
  const keys = keysIn(required, subgraphSchema?.(serviceName))
  const content = JSON.stringify([path, required.requires, required.typenameSetters, [...keys]])
  const known = representations.get(content) ?? { ...required, keys, byType: new Map(), fetchCount: 0 }
  known.fetchCount += 1
  representations.set(content, known)
  return known
}
