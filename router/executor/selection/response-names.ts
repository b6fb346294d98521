import { type DocumentNode, type FieldNode, Kind, parse, print, visit } from 'graphql'
import { isIntrospection } from './collect-fields.ts'

/** What the client calls the fields that go by another name in the plan and the tree. */
export type Names = ReadonlyMap<string, string>

/** A document as it is planned for. */
export type Named = { document: DocumentNode; names: Names }

/**
 * Makes the function that gives fields names that cannot be mistaken. The planner reads keys and required fields from the
 * tree by their names in the schema, also where a client uses such a name for something else: of `{ books { id: title } }`
 * it would take the title for the id, or the id for the title. So would it take a field with one argument for another.
 */
export function createNaming(sdl: string): (document: DocumentNode) => Named {
  const read = namesRead(sdl)
  const hasInterfaceObjects = /isInterfaceObject:\s*true/.test(sdl)

  return (document) => {
    const names = new Map<string, string>()
    const taken = new Set([...read, ...responseNames(document)])
    const given = new Map<string, string>()
    const first = new Map<string, string>()
    const unmistakable = (name: string, meaning: string) => {
      const key = `${name} ${meaning}`
      let other = given.get(key)
      if (other === undefined) {
        other = `${name}_`
        while (taken.has(other)) other += '_'
        taken.add(other)
        given.set(key, other)
        names.set(other, name)
      }
      return other
    }
    const renamed: DocumentNode = visit(document, {
      Field: (node): FieldNode | false | undefined => {
        if (isIntrospection(node.name.value)) return false
        const name = node.alias?.value ?? node.name.value
        const isOther = name !== node.name.value || !!node.arguments?.length
        const meaning = hasInterfaceObjects && isOther ? meaningOf(node) : ''
        if (!first.has(name)) first.set(name, meaning)
        const isMistakable = (isOther && read.has(name)) || first.get(name) !== meaning
        return isMistakable ? { ...node, alias: { kind: Kind.NAME, value: unmistakable(name, meaning) } } : undefined
      },
      FragmentDefinition: (node) => (node.typeCondition.name.value.startsWith('__') ? false : undefined),
    })
    return names.size ? { document: renamed, names } : { document, names }
  }
}

const meaningOf = ({ name, arguments: given = [] }: FieldNode) => `${name.value}(${given.map(print).sort()})`

/** Every name that stands in a key, in @requires or in what a context is used for; words that are none do no harm. */
function namesRead(sdl: string): Set<string> {
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

function responseNames(document: DocumentNode): Set<string> {
  const names = new Set<string>()
  visit(document, { Field: ({ alias, name }) => void names.add(alias?.value ?? name.value) })
  return names
}
