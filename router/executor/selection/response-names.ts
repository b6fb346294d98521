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
    const given = new Map<string, string>()
    const first = new Map<string, string>()
    const aliasFor = (name: string, meaning: string) => {
      const key = `${name} ${meaning}`
      let other = given.get(key)
      if (other === undefined) {
        other = `${name}_`
        while (taken.has(other)) other += '_'
        taken.add(other)
        given.set(key, other)
        responseNames.set(other, name)
      }
      return other
    }
    const renamed: DocumentNode = visit(document, {
      Field: (node): FieldNode | false | undefined => {
        if (isIntrospectionField(node.name.value)) return false
        const name = node.alias?.value ?? node.name.value
        const isOther = name !== node.name.value || !!node.arguments?.length
        const meaning = hasInterfaceObjects && isOther ? meaningOf(node) : ''
        if (!first.has(name)) first.set(name, meaning)
        const isAmbiguous = (isOther && read.has(name)) || first.get(name) !== meaning
        return isAmbiguous ? { ...node, alias: { kind: Kind.NAME, value: aliasFor(name, meaning) } } : undefined
      },
      FragmentDefinition: (node) => (node.typeCondition.name.value.startsWith('__') ? false : undefined),
    })
    return responseNames.size ? { document: renamed, responseNames } : { document, responseNames }
  }
}

const meaningOf = ({ name, arguments: given = [] }: FieldNode) => `${name.value}(${given.map(print).sort()})`

/** Every name in a key, a @requires or a context. Other words in these strings do no harm. */
function namesReadByPlanner(sdl: string): Set<string> {
  const responseNames = new Set(['__typename'])
  visit(parse(sdl, { noLocation: true }), {
    Argument: ({ name, value }) => {
      if (name.value !== 'key' && name.value !== 'requires' && name.value !== 'contextArguments') return
      visit(value, {
        StringValue: ({ value: text }) => {
          for (const [word] of text.matchAll(/[_A-Za-z]\w*/g)) responseNames.add(word)
        },
      })
    },
  })
  return responseNames
}

function responseNamesIn(document: DocumentNode): Set<string> {
  const responseNames = new Set<string>()
  visit(document, { Field: ({ alias, name }) => void responseNames.add(alias?.value ?? name.value) })
  return responseNames
}
