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
import type { Operation, Selection, SelectionSet } from '../../operation.ts'
import type { Nodes } from '../../supergraph/nodes.ts'
import { parseOperation, responseNameOf, selectionSetOf, variablesIn } from '../selection/normal-form.ts'
import type { ArgumentAliases } from './argument-aliases.ts'
import { type CompiledRepresentation, FRAGMENT } from './required-selections.ts'
import type { TreeNames } from './response-shape.ts'

/** The client's variable definitions, by name. */
export type VariableDefinitions = ReadonlyMap<string, VariableDefinitionNode>

/** What the fetches of one plan share. `representations` are by path and content. */
export type CompileContext = {
  schema: GraphQLSchema
  /** Each subgraph's own schema; where this is left out the supergraph's is used. */
  subgraphSchema?: (service: string) => Schema | undefined
  definitions: VariableDefinitions
  argumentAliases: ArgumentAliases
  nodes: Nodes | null
  representations: Map<string, CompiledRepresentation>
}

/**
 * A fetch's operation as it is sent, and the client's variables it uses; `subgraphName` is a variable's name in it. The
 * planner does not know the variables of restored fields, so those are declared here.
 */
export function subgraphOperation(node: FetchNode, { definitions, argumentAliases }: CompileContext) {
  const planned = parseOperation(node.operation)
  const hasClash = node.requires && node.variableUsages?.includes(REPRESENTATIONS)
  const unclashed = hasClash ? renameClashingVariable(planned, definitions) : null
  const withArguments = applyArgumentAliases(unclashed?.operation ?? planned, argumentAliases)
  const aliases = plannedAliases(node)
  const separated = aliases.size === 0 ? withArguments : withNestedAliases(withArguments, node)
  const { operation, added } = declareVariables(separated, definitions)
  const text = operation === planned ? node.operation : stripIgnoredCharacters(print(operation))
  const variables = [...new Set([...(node.variableUsages ?? []), ...added])].map((name) => ({
    name,
    subgraphName: unclashed && name === REPRESENTATIONS ? unclashed.name : name,
  }))
  return { operation, text, variables, treeNames: aliases }
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

/**
 * The planner gives aliases to fields of one name that have different types, but not to those below a field with an alias.
 * Rewrites have the path of each, with the aliases above it, from an entity if it has representations.
 */
function withNestedAliases(operation: Operation, { outputRewrites = [], requires }: FetchNode): Operation {
  const aliases = new Map<string, string>()
  for (const { kind, path, ...rename } of outputRewrites) {
    const alias = path.at(-1)
    if ('renameKeyTo' in rename && alias !== undefined)
      aliases.set([...path.slice(0, -1), rename.renameKeyTo].join(), alias)
  }
  const inside = ({ selections }: SelectionSet, path: readonly string[]): SelectionSet =>
    selectionSetOf(
      selections.map((selection): Selection => {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const type = selection.typeCondition?.name.value
          const below = type === undefined ? path : [...path, `${FRAGMENT}${type}`]
          return { ...selection, selectionSet: inside(selection.selectionSet, below) }
        }
        const name = responseNameOf(selection)
        const value = aliases.get([...path, name].join()) ?? name
        const alias = value === name ? selection.alias : ({ kind: Kind.NAME, value } as const)
        const below = name === ENTITIES && requires ? [] : [...path, value]
        return { ...selection, alias, selectionSet: selection.selectionSet && inside(selection.selectionSet, below) }
      }),
    )
  return { ...operation, selectionSet: inside(operation.selectionSet, []) }
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

/** The only root field of a fetch with representations. */
export const ENTITIES = '_entities'
