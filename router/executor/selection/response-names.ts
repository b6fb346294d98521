import { type FieldNode, Kind, parse, print, visit } from 'graphql'
import type { Operation } from '../../operation.ts'
import { EXISTS } from '../../supergraph/nodes.ts'
import { isIntrospectionField, responseNameOf } from './normal-form.ts'

/** The client's response names of the fields that have an alias in the plan and the tree. */
export type ResponseNames = ReadonlyMap<string, string>

/** An operation with aliases for planning. */
export type AliasedOperation = { operation: Operation; responseNames: ResponseNames }

/**
 * Makes a function that aliases fields which the planner would confuse. The planner finds keys and required fields in
 * the tree by their schema names, even where a client uses the name for another field: with `{ books { id: title } }`
 * it would send the title as the id. It also confuses a field with the same field with other arguments.
 */
export function createFieldAliasing(sdl: string): (operation: Operation) => AliasedOperation {
  const read = namesReadByPlanner(sdl)
  const hasInterfaceObjects = /isInterfaceObject:\s*true/.test(sdl)

  return (operation) => {
    const responseNames = new Map<string, string>()
    const taken = new Set([...read, ...responseNamesIn(operation)])
    const aliases = new Map<string, string>()
    const firstMeaning = new Map<string, string>()
    const aliasFor = (name: string, meaning: string) => {
      const key = `${name} ${meaning}`
      let alias = aliases.get(key)
      if (alias === undefined) {
        alias = `${name}_`
        while (taken.has(alias)) alias += '_'
        taken.add(alias)
        aliases.set(key, alias)
        responseNames.set(alias, name)
      }
      return alias
    }
    const aliased: Operation = visit(operation, {
      Field: (node): FieldNode | false | undefined => {
        if (isIntrospectionField(node.name.value)) return false
        const name = responseNameOf(node)
        const isAliasedOrHasArguments = name !== node.name.value || !!node.arguments?.length
        const meaning = hasInterfaceObjects && isAliasedOrHasArguments ? meaningOf(node) : ''
        if (!firstMeaning.has(name)) firstMeaning.set(name, meaning)
        const isAmbiguous = (isAliasedOrHasArguments && read.has(name)) || firstMeaning.get(name) !== meaning
        return isAmbiguous ? { ...node, alias: { kind: Kind.NAME, value: aliasFor(name, meaning) } } : undefined
      },
    })
    return { operation: aliased, responseNames }
  }
}

const meaningOf = ({ name, arguments: args = [] }: FieldNode) => `${name.value}(${args.map(print).sort()})`

/** Every name in a key, a @requires or a context, and those that plans always use. Other words in these strings do no harm. */
function namesReadByPlanner(sdl: string): Set<string> {
  const names = new Set(['__typename', EXISTS])
  visit(parse(sdl, { noLocation: true }), {
    Argument: ({ name, value }) => {
      if (name.value !== 'key' && name.value !== 'requires' && name.value !== 'contextArguments') return
      visit(value, {
        StringValue: ({ value: text }) => {
          for (const [word] of text.matchAll(/[_A-Za-z]\w*/g)) names.add(word)
        },
      })
    },
  })
  return names
}

function responseNamesIn(operation: Operation): Set<string> {
  const names = new Set<string>()
  visit(operation, { Field: (field) => void names.add(responseNameOf(field)) })
  return names
}
