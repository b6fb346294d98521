import { type DocumentNode, type FieldNode, Kind, parse, print, visit } from 'graphql'
import { isIntrospectionField } from './collect-fields.ts'

/** What the client calls the fields that go by another name in the plan and the tree. */
export type ResponseNames = ReadonlyMap<string, string>

/** A document as it is planned for. */
export type AliasedDocument = { document: DocumentNode; responseNames: ResponseNames }

/**
 * Makes the function that gives fields names that cannot be mistaken. The planner reads keys and required fields from the
 * tree by their names in the schema, also where a client uses such a name for something else: of `{ books { id: title } }`
 * it would take the title for the id, or the id for the title. So would it take a field with one argument for another.
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

/** Every name that stands in a key, in @requires or in what a context is used for; words that are none do no harm. */
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
