import type { Schema } from '@apollo/federation-internals'
import type { FetchNode } from '@apollo/query-planner'
import {
  type FieldNode,
  type GraphQLSchema,
  Kind,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { Operation, SelectionSet } from '../../operation.ts'
import { parseOperation, selectionSetOf, variablesIn } from '../selection/normal-form.ts'
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
 * planner forgets variables used only in conditions of fragments, so those are declared here.
 */
export function subgraphOperation(node: FetchNode, { definitions, argumentAliases, subgraphSchema }: CompileContext) {
  const planned = parseOperation(node.operation)
  const hasClash = node.requires && node.variableUsages?.includes(REPRESENTATIONS)
  const unclashed = hasClash ? renameClashingVariable(planned, definitions) : null
  const withArguments = applyArgumentAliases(unclashed?.operation ?? planned, argumentAliases)
  const aliases = plannedAliases(node)
  const schema = aliases.size > 0 ? subgraphSchema?.(node.serviceName) : undefined
  const { operation: separated, treeNames } = schema
    ? separateConflictingFields(withArguments, aliases, schema)
    : { operation: withArguments, treeNames: aliases }
  const { operation, added } = declareVariables(separated, definitions)
  const text = operation === planned ? node.operation : stripIgnoredCharacters(print(operation))
  const variables = [...new Set([...(node.variableUsages ?? []), ...added])].map((name) => ({
    name,
    subgraphName: unclashed && name === REPRESENTATIONS ? unclashed.name : name,
  }))
  return { operation, text, variables, treeNames }
}

/** The planner's own aliases, and the names that they stand for. */
function plannedAliases({ outputRewrites = [] }: FetchNode): TreeNames {
  const aliases = new Map<string, string>()
  for (const rename of outputRewrites) {
    if (rename.kind !== 'KeyRenamer') throw new Error('The plan has an output rewrite that sets a value.')
    const alias = rename.path.at(-1)
    if (alias !== undefined) aliases.set(alias, rename.renameKeyTo)
  }
  return aliases
}

function declareVariables(operation: Operation, definitions: VariableDefinitions) {
  const { variableDefinitions: declared = [] } = operation
  const names = new Set(declared.map(({ variable }) => variable.name.value))
  const added = [...variablesIn(operation.selectionSet)].filter((name) => !names.has(name) && definitions.has(name))
  if (added.length === 0) return { operation, added }
  const more = added.flatMap((name) => definitions.get(name) ?? []).map((each) => ({ ...each, directives: [] }))
  return { operation: { ...operation, variableDefinitions: [...declared, ...more] }, added }
}

const REPRESENTATIONS = 'representations'

/** Replaces argument aliases by their fields and arguments; the alias stays as the response name. */
const applyArgumentAliases = (operation: Operation, { aliases }: ArgumentAliases): Operation =>
  aliases.size === 0
    ? operation
    : visit(operation, {
        Field: (node): FieldNode | undefined => {
          const alias = aliases.get(node.name.value)
          if (!alias) return undefined
          const name = { kind: Kind.NAME, value: alias.field } as const
          return { ...node, alias: node.alias ?? node.name, name, arguments: alias.arguments }
        },
      })

/** The planner uses the variable `representations` itself. A client's variable of that name is renamed and declared. */
function renameClashingVariable(
  operation: Operation,
  definitions: VariableDefinitions,
): { operation: Operation; name: string } {
  const definition = definitions.get(REPRESENTATIONS)
  if (!definition) throw new Error('The plan uses a variable that the operation does not define.')
  const taken = new Set(definitions.keys())
  let name = `${REPRESENTATIONS}_`
  while (taken.has(name)) name += '_'
  const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const
  const variableDefinitions = [...(operation.variableDefinitions ?? []), { ...definition, variable, directives: [] }]
  const rename = (set: SelectionSet): SelectionSet =>
    visit(set, { Variable: (node) => (node.name.value === REPRESENTATIONS ? variable : undefined) })
  // `_entities` is the only root field of such a fetch, and its only argument is the planner's own variable.
  const selections = operation.selectionSet.selections.map((root) =>
    root.kind === Kind.FIELD && root.selectionSet ? { ...root, selectionSet: rename(root.selectionSet) } : root,
  )
  return { name, operation: { ...operation, variableDefinitions, selectionSet: selectionSetOf(selections) } }
}
