import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { ARGUMENTS } from './rights/paths.ts'
import { api, operation, type Variables } from './rights/read-fields.ts'

type Field = GraphQLField<unknown, unknown>

/**
 * A selection of all that can be asked from a field on, with the arguments of the rights' table, but no type within itself: what is
 * behind it, its own query selects.
 */
function select(parent: string, field: Field, within: readonly string[]): string {
  const args = ARGUMENTS[`${parent}.${field.name}`]
  if (!args && field.args.some(isRequiredArgument)) return ''
  const selection = selectType(field.type, within)
  return selection === null ? '' : `${field.name}${args ? `(${args})` : ''} ${selection}`
}

function selectType(type: GraphQLOutputType, within: readonly string[], prefix = ''): string | null {
  const named = getNamedType(type)
  if (isLeafType(named)) return ''
  if (within.includes(named.name)) return null
  if (isAbstractType(named)) {
    const members = api.getPossibleTypes(named).map((member) => {
      // Fields of the same name may have other types in another member.
      const selection = selectType(member, within, `${member.name}_`)
      return selection && `... on ${member.name} ${selection}`
    })
    return `{ __typename ${members.join('\n')} }`
  }
  if (!isObjectType(named)) return null
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const selection = select(named.name, field, [...within, named.name])
    return selection ? [prefix ? `${prefix}${field.name}: ${selection}` : selection] : []
  })
  return `{ __typename ${fields.join('\n')} }`
}

/** A query of each root field that has arguments for it, with all that can be asked behind it. */
export function queriesOfEverything(variables: Variables): [query: string, variables: Record<string, string>][] {
  return Object.values(api.getQueryType()?.getFields() ?? {})
    .map((field) => select('Query', field, []))
    .filter((selection) => selection !== '')
    .map((selection) => operation(`{ ${selection} }`, variables))
}

/** A subscription to a feed, with all that can be asked of its updates. */
export function subscriptionToEverything(name: string, variables: Variables): [string, Record<string, string>] {
  const field = api.getSubscriptionType()?.getFields()[name]
  if (!field) throw new Error(`There is no feed ${name}.`)
  return operation(`subscription { ${select('Subscription', field, [])} }`, variables)
}
