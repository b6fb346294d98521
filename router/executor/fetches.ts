import type { FetchDataKeyRenamer, FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { Representing } from './entities.ts'
import { fragmentsOf } from './selections.ts'
import { type Fetched, finishShape, shapeOf } from './shape.ts'

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
  contexts: FetchDataKeyRenamer[]
  /** Of the data; of one entity where there are representations. */
  fields: Fetched[]
  checked: Fetched[]
}

/** Text of an operation's variables as the client defined them, by name. */
export type Definitions = ReadonlyMap<string, VariableDefinitionNode>

/** What the fetches of one plan have in common: `representings` by where and what. */
export type Preparing = { schema: GraphQLSchema; definitions: Definitions; representings: Map<string, Representing> }

/** Prepares a fetch of a plan. Throws `Uncompiled` for what no planner of today makes. */
export function compileFetch(node: FetchNode, path: readonly string[], preparing: Preparing): CompiledFetch {
  const { schema, definitions } = preparing
  const document = parse(node.operation, { noLocation: true })
  const used = node.variableUsages ?? []
  const { text, names } =
    node.requires && used.includes(REPRESENTATIONS)
      ? withoutClash(document, definitions)
      : { text: node.operation, names: new Map<string, string>() }

  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (!operation) throw new Error('A fetch of the plan has no operation.')
  const root = shapeOf(
    operation.selectionSet,
    schema.getRootType(operation.operation)?.name,
    fragmentsOf(document),
    schema,
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
    variables: used.map((name) => ({ name, json: `${JSON.stringify(names.get(name) ?? name)}:` })),
    representing: node.requires ? representingOf(node.requires, node.inputRewrites ?? [], path, preparing) : null,
    contexts: node.contextRewrites ?? [],
    fields,
    checked: finishShape(fields),
  }
}

function representingOf(
  requires: QueryPlanSelectionNode[],
  rewrites: FetchDataRewrite[],
  path: readonly string[],
  { schema, representings }: Preparing,
): Representing {
  const key = JSON.stringify([path, requires, rewrites])
  const known = representings.get(key) ?? { schema, requires, rewrites, quick: new Map(), users: 0 }
  known.users += 1
  representings.set(key, known)
  return known
}

/** Why a plan cannot be compiled. */
export class Uncompiled extends Error {}

const REPRESENTATIONS = 'representations'
const ENTITIES = '_entities'

/** The planner gives a client's variable of this name no definition of its own: it needs another name. */
function withoutClash(document: DocumentNode, definitions: Definitions) {
  const definition = definitions.get(REPRESENTATIONS)
  if (!definition) throw new Uncompiled('a variable that the operation does not define')
  const taken = new Set(definitions.keys())
  let name = `${REPRESENTATIONS}_`
  while (taken.has(name)) name += '_'
  const renamed = { kind: Kind.NAME, value: name } as const
  const text = print(
    visit(document, {
      OperationDefinition: (node): OperationDefinitionNode => ({
        ...node,
        variableDefinitions: [
          ...(node.variableDefinitions ?? []),
          { ...definition, variable: { kind: Kind.VARIABLE, name: renamed }, directives: [] },
        ],
      }),
      // The planner's own: the only field at the root, and its only argument.
      Field: (node) =>
        node.name.value === ENTITIES ? { ...node, selectionSet: renameIn(node.selectionSet, renamed) } : undefined,
      FragmentDefinition: (node) => renameIn(node, renamed),
    }),
  )
  return { text: stripIgnoredCharacters(text), names: new Map([[REPRESENTATIONS, name]]) }
}

function renameIn<Node extends object | undefined>(node: Node, name: { kind: Kind.NAME; value: string }): Node {
  if (!node) return node
  return visit(node as never, {
    Variable: (variable) => (variable.name.value === REPRESENTATIONS ? { ...variable, name } : undefined),
  }) as Node
}

function applyRename(fields: Fetched[], { path, renameKeyTo }: FetchDataKeyRenamer): void {
  const keys = path.filter((element) => element !== '@' && !element.startsWith('... on '))
  const last = keys.pop()
  let holder = fields
  for (const key of keys) holder = holder.find((field) => field.key === key || field.name === key)?.fields ?? []
  for (const field of holder) if (field.key === last) field.name = renameKeyTo
}
