import type { Schema } from '@apollo/federation-internals'
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
import type { ArgumentAliases } from './argument-aliases.ts'
import { separateConflictingFields, type TreeNames } from './conflicting-fields.ts'
import type { CompiledRepresentation } from './required-selections.ts'

/** The client's variable definitions, by name. */
export type VariableDefinitions = ReadonlyMap<string, VariableDefinitionNode>

/** What the fetches of one plan share. `representations` are by path and content. */
export type CompileContext = {
  schema: GraphQLSchema
  /** Each subgraph's own schema; where this is left out the supergraph's is used. */
  subgraphSchema?: (service: string) => Schema | undefined
  definitions: VariableDefinitions
  argumentAliases: ArgumentAliases
  representations: Map<string, CompiledRepresentation>
}

/**
 * A fetch's operation as it is sent, and the client's variables it uses; `subgraphName` is a variable's name in it. The
 * planner forgets variables used only in conditions of fragments, so those are declared here. Throws `UncompilablePlan`.
 */
export function subgraphOperation(
  node: FetchNode,
  { definitions, argumentAliases, subgraphSchema }: CompileContext,
): {
  document: DocumentNode
  text: string
  variables: { name: string; subgraphName: string }[]
  treeNames: TreeNames
} {
  const planned = parse(node.operation, { noLocation: true })
  const hasClash = node.requires && node.variableUsages?.includes(REPRESENTATIONS)
  const unclashed = hasClash ? renameClashingVariable(planned, definitions) : null
  const withArguments = applyArgumentAliases(unclashed?.document ?? planned, argumentAliases)
  const aliases = plannedAliases(node)
  const schema = aliases.size > 0 ? subgraphSchema?.(node.serviceName) : undefined
  const { document: separated, treeNames } = schema
    ? separateConflictingFields(withArguments, aliases, schema)
    : { document: withArguments, treeNames: aliases }
  const { document, added } = declareVariables(separated, definitions)
  const text = document === planned ? node.operation : stripIgnoredCharacters(print(document))
  const variables = [...new Set([...(node.variableUsages ?? []), ...added])].map((name) => ({
    name,
    subgraphName: unclashed && name === REPRESENTATIONS ? unclashed.name : name,
  }))
  return { document, text, variables, treeNames }
}

/** The planner's own aliases, and the names that they stand for. */
function plannedAliases({ outputRewrites = [] }: FetchNode): TreeNames {
  const aliases = new Map<string, string>()
  for (const rename of outputRewrites) {
    if (rename.kind !== 'KeyRenamer') throw new UncompilablePlan('an output rewrite that sets a value')
    const alias = rename.path.at(-1)
    if (alias !== undefined) aliases.set(alias, rename.renameKeyTo)
  }
  return aliases
}

function declareVariables(document: DocumentNode, definitions: VariableDefinitions) {
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

/** Replaces argument aliases by their fields and arguments; the alias stays as the response name. */
const applyArgumentAliases = (document: DocumentNode, { aliases }: ArgumentAliases): DocumentNode =>
  aliases.size === 0
    ? document
    : visit(document, {
        Field: (node): FieldNode | undefined => {
          const alias = aliases.get(node.name.value)
          if (!alias) return undefined
          const name = { kind: Kind.NAME, value: alias.field } as const
          return { ...node, alias: node.alias ?? node.name, name, arguments: alias.arguments }
        },
      })

/** The planner uses the variable `representations` itself. A client's variable of that name is renamed and declared. */
function renameClashingVariable(
  document: DocumentNode,
  definitions: VariableDefinitions,
): { document: DocumentNode; name: string } {
  const definition = definitions.get(REPRESENTATIONS)
  if (!definition) throw new UncompilablePlan('a variable that the operation does not define')
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
      // `_entities` is the only root field of such a fetch, and its only argument is the planner's own variable.
      Field: (node) =>
        node.name.value === ENTITIES
          ? { ...node, selectionSet: renameVariable(node.selectionSet, renamed) }
          : undefined,
      FragmentDefinition: (node) => renameVariable(node, renamed),
    }),
  }
}

function renameVariable<Node extends object | undefined>(node: Node, name: { kind: Kind.NAME; value: string }): Node {
  if (!node) return node
  return visit(node as never, {
    Variable: (variable) => (variable.name.value === REPRESENTATIONS ? { ...variable, name } : undefined),
  }) as Node
}

/** Thrown where a plan contains something this executor does not support; the message is the reason. */
export class UncompilablePlan extends Error {}
