import { type DocumentNode, type FieldNode, Kind, parse, print, visit } from 'graphql'
import { isIntrospectionField } from './collect-fields.ts'

/** The client's response names of the fields that have an alias in the plan and the tree. */
export type ResponseNames = ReadonlyMap<string, string>

/** A document with aliases for planning. */
export type AliasedDocument = { document: DocumentNode; responseNames: ResponseNames }

/**
 * Makes a function that aliases fields which the planner would confuse. The planner finds keys and required fields in
 * the tree by their schema names, even where a client uses the name for another field: with `{ books { id: title } }`
 * it would send the title as the id. It also confuses a field with the same field with other arguments.
 */
export function createFieldAliasing(sdl: string): (document: DocumentNode) => AliasedDocument {
  const read = namesReadByPlanner(sdl)
  const hasInterfaceObjects = /isInterfaceObject:\s*true/.test(sdl)

  return (document) => {
    const responseNames = new Map<string, string>()
    const taken = new Set([...read, ...responseNamesIn(document)])
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
    const aliased: DocumentNode = visit(document, {
      Field: (node): FieldNode | false | undefined => {
        if (isIntrospectionField(node.name.value)) return false
        const name = node.alias?.value ?? node.name.value
        const isAliasedOrHasArguments = name !== node.name.value || !!node.arguments?.length
        const meaning = hasInterfaceObjects && isAliasedOrHasArguments ? meaningOf(node) : ''
        if (!firstMeaning.has(name)) firstMeaning.set(name, meaning)
        const isAmbiguous = (isAliasedOrHasArguments && read.has(name)) || firstMeaning.get(name) !== meaning
        return isAmbiguous ? { ...node, alias: { kind: Kind.NAME, value: aliasFor(name, meaning) } } : undefined
      },
      FragmentDefinition: (node) => (node.typeCondition.name.value.startsWith('__') ? false : undefined),
    })
    return responseNames.size ? { document: aliased, responseNames } : { document, responseNames }
  }
}

const meaningOf = ({ name, arguments: args = [] }: FieldNode) => `${name.value}(${args.map(print).sort()})`

/** Every name in a key, a @requires or a context. Other words in these strings do no harm. */
function namesReadByPlanner(sdl: string): Set<string> {
  const names = new Set(['__typename'])
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

function responseNamesIn(document: DocumentNode): Set<string> {
  const names = new Set<string>()
  visit(document, { Field: ({ alias, name }) => void names.add(alias?.value ?? name.value) })
  return names
}
