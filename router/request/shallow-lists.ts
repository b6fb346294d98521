import { GraphQLError, type ValidationRule } from 'graphql'

/** Deep enough for what is written by hand (GeoJSON nests its coordinates four deep). */
const DEEPEST = 5

/**
 * Refuses literals whose lists stand deeper in each other. Apollo's planner (`collectVariablesInValue`, 2.14) looks at
 * every member of a list twice, so each level doubles its work: thirty, in sixty letters, would hold the router for ever.
 */
export const shallowLists: ValidationRule = (context) => {
  let depth = 0
  return {
    ListValue: {
      enter: (node) => {
        depth += 1
        if (depth !== DEEPEST + 1) return
        const message = `Lists stand at most ${DEEPEST} deep in each other here; send this as a variable.`
        context.reportError(new GraphQLError(message, { nodes: node }))
      },
      leave: () => {
        depth -= 1
      },
    },
  }
}
