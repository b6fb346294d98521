import type { FetchNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { StandIns } from './argument-aliases.ts'
import type { Representing } from './required-selections.ts'
import type { LocalType } from './response-shape.ts'

/** Text of an operation's variables as the client defined them, by name. */
export type Definitions = ReadonlyMap<string, VariableDefinitionNode>

/** What the fetches of one plan have in common: `representings` by where and what. */
export type Preparing = {
  schema: GraphQLSchema
  /** What is of one type in a subgraph only is taken for what the supergraph says where this is not given. */
  localTypes?: (service: string) => LocalType
  definitions: Definitions
  standIns: StandIns
  representings: Map<string, Representing>
}

/**
 * A fetch's operation as the subgraph gets it, and the client's variables it uses: `called` is what it calls them.
 * The planner forgets variables that stand in conditions of fragments only: they are declared here.
 */
export function operationOf(node: FetchNode, { definitions, standIns }: Preparing) {
  const planned = parse(node.operation, { noLocation: true })
  const clash = node.requires && node.variableUsages?.includes(REPRESENTATIONS)
  const clear = clash ? withoutClash(planned, definitions) : null
  const named = withFields(clear?.document ?? planned, standIns)
  const { document, added } = withDefinitions(named, definitions)
  const text = document === planned ? node.operation : stripIgnoredCharacters(print(document))
  const variables = [...new Set([...(node.variableUsages ?? []), ...added])].map((name) => ({
    name,
    called: clear && name === REPRESENTATIONS ? clear.name : name,
  }))
  return { document, text, variables }
}

function withDefinitions(document: DocumentNode, definitions: Definitions) {
  const declared = new Set<string>()
  const used = new Set<string>()
  visit(document, {
    VariableDefinition: ({ variable }) => {
      declared.add(variable.name.value)
      return false
    },
    Variable: ({ name }) => void used.add(name.value),
  })
  const added = [...used].filter((name) => !declared.has(name) && definitions.has(name))
  if (added.length === 0) return { document, added }
  const more = added.flatMap((name) => definitions.get(name) ?? []).map((each) => ({ ...each, directives: [] }))
  const changed: DocumentNode = visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: [...(operation.variableDefinitions ?? []), ...more],
    }),
  })
  return { document: changed, added }
}

const REPRESENTATIONS = 'representations'
const ENTITIES = '_entities'

/** With the fields for which others stood in, under the stand-ins' names. */
const withFields = (document: DocumentNode, { fields }: StandIns): DocumentNode =>
  fields.size === 0
    ? document
    : visit(document, {
        Field: (node): FieldNode | undefined => {
          const standIn = fields.get(node.name.value)
          if (!standIn) return undefined
          const name = { kind: Kind.NAME, value: standIn.field } as const
          return { ...node, alias: node.alias ?? node.name, name, arguments: standIn.arguments }
        },
      })

/** The planner gives a client's variable of this name no definition of its own: it needs another name. */
function withoutClash(document: DocumentNode, definitions: Definitions): { document: DocumentNode; name: string } {
  const definition = definitions.get(REPRESENTATIONS)
  if (!definition) throw new Uncompiled('a variable that the operation does not define')
  const taken = new Set(definitions.keys())
  let name = `${REPRESENTATIONS}_`
  while (taken.has(name)) name += '_'
  const renamed = { kind: Kind.NAME, value: name } as const
  return {
    name,
    document: visit(document, {
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
  }
}

function renameIn<Node extends object | undefined>(node: Node, name: { kind: Kind.NAME; value: string }): Node {
  if (!node) return node
  return visit(node as never, {
    Variable: (variable) => (variable.name.value === REPRESENTATIONS ? { ...variable, name } : undefined),
  }) as Node
}

/** Why a plan cannot be compiled. */
export class Uncompiled extends Error {}
