import type { Schema } from '@apollo/federation-internals'
import {
  type DirectiveDefinitionNode,
  DirectiveLocation,
  extendSchema,
  type GraphQLSchema,
  getNamedType,
  Kind,
  visit,
} from 'graphql'
import type { Operation } from '../operation.ts'

const EXECUTABLE_LOCATIONS = new Set<string>([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
])

/**
 * The client schema with the executable directives that subgraphs composed (`@composeDirective`). Apollo's packages
 * hide every directive with a specification of its own. A directive with an argument of a hidden type stays hidden.
 */
export function withExecutableDirectives(client: GraphQLSchema, full: GraphQLSchema): GraphQLSchema {
  const definitions = full.getDirectives().flatMap(({ name, args, astNode }): DirectiveDefinitionNode[] => {
    const locations = astNode?.locations.filter(({ value }) => EXECUTABLE_LOCATIONS.has(value)) ?? []
    if (!astNode || locations.length === 0 || client.getDirective(name)) return []
    return args.every(({ type }) => client.getType(getNamedType(type).name)) ? [{ ...astNode, locations }] : []
  })
  return definitions.length ? extendSchema(client, { kind: Kind.DOCUMENT, definitions }) : client
}

/** The operation without directives that the planner's schema does not know. Only the router handles those. */
export const withoutUnplannedDirectives = (operation: Operation, plannerSchema: Schema): Operation =>
  visit(operation, { Directive: ({ name }) => (plannerSchema.directive(name.value) ? undefined : null) })
