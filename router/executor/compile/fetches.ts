import type { FetchDataKeyRenamer, FetchNode } from '@apollo/query-planner'
import { type DocumentNode, Kind, OperationTypeNode } from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import { operationOf, type Preparing, Uncompiled } from './fetch-operation.ts'
import { conditionallyRequired, type Representing, requiredOf } from './required-selections.ts'
import { type Fetched, finishShape, shapeOf } from './response-shape.ts'
import { splitByRequired } from './split-fetch.ts'

/** One request to one subgraph, prepared as far as it can be without knowing the variables and entities. */
export type CompiledFetch = {
  service: string
  mayRepeat: boolean
  /** Where its entities are, or what it brings is to be put. */
  path: readonly string[]
  /** The body up to the variables' values. */
  head: string
  variables: { name: string; json: string }[]
  representing: Representing | null
  /** The same by what its fields require, for objects of which not all is known; prepared when first wanted. */
  apart: () => readonly CompiledFetch[]
  contexts: FetchDataKeyRenamer[]
  /** Of the data; of one entity where there are representations. */
  fields: Fetched[]
  checked: Fetched[]
}

/** Prepares what brings a subscription's events; they are given, so nobody is asked. */
export const compilePrimary = (node: FetchNode, preparing: Preparing) => ({
  fetch: compileFetch(node, [], preparing),
  document: operationOf(node, preparing).document,
})

/** Prepares a fetch of a plan. Throws `Uncompiled` for what no planner of today makes. */
export function compileFetch(node: FetchNode, path: readonly string[], preparing: Preparing): CompiledFetch {
  const { schema } = preparing
  const { document, text, variables } = operationOf(node, preparing)
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (!operation) throw new Error('A fetch of the plan has no operation.')
  const root = shapeOf(
    operation.selectionSet,
    schema.getRootType(operation.operation)?.name,
    fragmentsOf(document),
    schema,
    preparing.localTypes?.(node.serviceName),
  )
  const fields = node.requires ? (root.find(({ key }) => key === ENTITIES)?.fields ?? []) : root
  for (const rename of node.outputRewrites ?? []) {
    if (rename.kind !== 'KeyRenamer') throw new Uncompiled('an output rewrite that sets a value')
    applyRename(fields, rename)
  }
  const { operationName } = node
  return {
    service: node.serviceName,
    mayRepeat: node.operationKind !== OperationTypeNode.MUTATION,
    path,
    head: `{"query":${JSON.stringify(text)}${operationName ? `,"operationName":${JSON.stringify(operationName)}` : ''}`,
    variables: variables.map(({ name, called }) => ({ name, json: `${JSON.stringify(called)}:` })),
    representing: node.requires ? representingOf(node, document, path, preparing) : null,
    apart: once(() => apartOf(node, path, preparing)),
    contexts: node.contextRewrites ?? [],
    fields,
    checked: finishShape(fields),
  }
}

const apartOf = (node: FetchNode, path: readonly string[], preparing: Preparing): CompiledFetch[] =>
  splitByRequired(node, preparing.standIns).map((each) => compileFetch(each, path, preparing))

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function representingOf(
  { requires = [], inputRewrites: rewrites = [], serviceName }: FetchNode,
  document: DocumentNode,
  path: readonly string[],
  { schema, standIns, representings }: Preparing,
): Representing {
  const required = requiredOf(requires, standIns, conditionallyRequired(document, serviceName, standIns))
  const key = JSON.stringify([path, required, rewrites])
  const known = representings.get(key) ?? { schema, requires: required, rewrites, quick: new Map(), users: 0 }
  known.users += 1
  representings.set(key, known)
  return known
}

const ENTITIES = '_entities'

function applyRename(fields: Fetched[], { path, renameKeyTo }: FetchDataKeyRenamer): void {
  const keys = path.filter((element) => element !== '@' && !element.startsWith('... on '))
  const last = keys.pop()
  let holder = fields
  for (const key of keys) holder = holder.find((field) => field.key === key || field.name === key)?.fields ?? []
  for (const field of holder) if (field.key === last) field.name = renameKeyTo
}
