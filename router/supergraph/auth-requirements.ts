import {
  baseType,
  type FieldDefinition,
  InterfaceType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals'
import type { Claims } from '../../chassis/signed-context.ts'

/** One requirement: a signed-in user, or all scopes or roles of one of the groups. */
export type AuthRequirement = { kind: 'user' } | { kind: 'scopes' | 'roles'; anyOf: string[][] }

/** All requirements of the supergraph, and by coordinate ("Type.field") the indexes of a field's requirements. */
export type AuthRequirements = { all: AuthRequirement[]; byCoordinate: Map<string, number[]> }

/** The authorization features that the router enforces, as supergraphs link them. */
export const ENFORCED_FEATURES = ['authenticated', 'requiresScopes', 'policy'].map(
  (name) => `https://specs.apollo.dev/${name}/v0.1`,
)

type Fields = ObjectType | InterfaceType
/** The requirements of the directives on exactly this type or field. */
type Own = (element: object | undefined) => AuthRequirement[]

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`. A field has the requirements of itself, its type and its
 * return type. A field of an interface has those of every implementation too, because any may be returned. `problems`
 * tell the operator what cannot be enforced.
 */
export function readRequirements(schema: Schema): { requirements: AuthRequirements; problems: string[] } {
  const { direct, problems } = readDirectives(schema)
  const requirements: AuthRequirements = { all: [], byCoordinate: new Map() }
  if (direct.size === 0) return { requirements, problems }

  const own: Own = (element) => (element && direct.get(element)) ?? []
  const indexes = new Map<string, number>()
  for (const type of [...schema.objectTypes(), ...schema.interfaceTypes()]) {
    for (const field of type.fields()) {
      const required = fieldRequirements(type, field, own)
      if (required.length)
        requirements.byCoordinate.set(`${type.name}.${field.name}`, required.map(indexOf).filter(isFirst))
    }
  }
  return { requirements, problems }

  function indexOf(requirement: AuthRequirement): number {
    const text = JSON.stringify(requirement)
    const index = indexes.get(text) ?? requirements.all.push(requirement) - 1
    indexes.set(text, index)
    return index
  }
}

const isFirst = <Value>(value: Value, index: number, all: Value[]) => all.indexOf(value) === index

function fieldRequirements(type: Fields, field: FieldDefinition<Fields>, own: Own): AuthRequirement[] {
  const direct = [
    ...own(type),
    ...own(field),
    ...returnTypeRequirements(field, own),
    ...interfaceObjectRequirements(type, field, own),
  ]
  if (!(type instanceof InterfaceType)) return direct
  const members = type.possibleRuntimeTypes().flatMap((member) => {
    const implementation = member.field(field.name)
    return implementation ? fieldRequirements(member, implementation, own) : []
  })
  return [...direct, ...members]
}

/**
 * The requirements of a field's return type. Composition copies the implementations' requirements to their interface.
 * Those are enforced on the fields selected through the interface, so that `... on` a public implementation can still
 * be read.
 */
function returnTypeRequirements(field: FieldDefinition<Fields>, own: Own): AuthRequirement[] {
  const answer = field.type && baseType(field.type)
  const required = own(answer)
  if (!(answer instanceof InterfaceType)) return required
  const ofMembers = answer.possibleRuntimeTypes().flatMap((member) => own(member))
  return required.filter((requirement) => !isImpliedBy(requirement, ofMembers))
}

/**
 * A field that comes from an `@interfaceObject` (its @join__field names no graph) has the requirements declared there.
 */
function interfaceObjectRequirements(type: Fields, field: FieldDefinition<Fields>, own: Own): AuthRequirement[] {
  const joins = field.appliedDirectivesOf('join__field')
  if (!joins.some((join) => join.arguments().graph === undefined)) return []
  return [...type.interfaces()].flatMap((parent) => own(parent.field(field.name)))
}

type DirectRequirements = Map<object, AuthRequirement[]>

function readDirectives(schema: Schema): { direct: DirectRequirements; problems: string[] } {
  const direct: DirectRequirements = new Map()
  const problems: string[] = []
  const read = (name: string, requirementOf: (args: Record<string, unknown>, where: string) => AuthRequirement) => {
    // Found by its link, because supergraphs may rename directives.
    const feature = schema.coreFeatures?.getByIdentity(`https://specs.apollo.dev/${name}`)
    const directive = feature && schema.directive(feature.directiveNameInSchema(name))
    for (const application of directive?.applications() ?? []) {
      const element = application.parent as { coordinate?: string } // types and fields, which have a coordinate
      const requirement = requirementOf(application.arguments(), `@${name} on ${element.coordinate}`)
      direct.set(element, [...(direct.get(element) ?? []), requirement])
    }
  }
  const groups = (value: unknown, where: string, translate: (name: string) => string | null): string[][] => {
    const all = value as string[][] // by the directive's definition
    if (all.length === 0) problems.push(`${where} has an empty list, which nobody can meet`)
    return all.map((group) =>
      group.map((name) => {
        const translated = translate(name)
        if (translated === null) problems.push(`${where}: "${name}" is no policy known here (known is "role:NAME")`)
        return translated ?? name
      }),
    )
  }
  read('authenticated', () => ({ kind: 'user' }))
  read('requiresScopes', ({ scopes }, where) => ({ kind: 'scopes', anyOf: groups(scopes, where, (name) => name) }))
  read('policy', ({ policies }, where) => ({ kind: 'roles', anyOf: groups(policies, where, roleOf) }))
  return { direct, problems }
}

const roleOf = (policy: string) => /^role:(\S+)$/.exec(policy)?.[1] ?? null

/** Whether the caller meets it. A caller without a token has no scopes and roles. */
export function isMet(requirement: AuthRequirement, claims: Claims): boolean {
  if (requirement.kind === 'user') return claims !== null
  const held = claims?.[requirement.kind] ?? []
  return requirement.anyOf.some((group) => group.every((name) => held.includes(name)))
}

/** Unmet requirements in words: "a signed-in user and the role RIDER". */
export function describeRequirements(unmet: readonly AuthRequirement[], anonymous: boolean): string {
  const parts = unmet.flatMap((requirement) =>
    requirement.kind === 'user' ? [] : [describeGroups(requirement.kind, requirement.anyOf)],
  )
  return [...(anonymous ? ['a signed-in user'] : []), ...parts].join(
    parts.some((p) => p.includes(', or ')) ? '; and ' : ' and ',
  )
}

function describeGroups(kind: 'scopes' | 'roles', anyOf: string[][]): string {
  const one = kind === 'scopes' ? 'scope' : 'role'
  const words = anyOf.map((group) =>
    group.length === 1 ? `the ${one} ${group[0]}` : `the ${kind} ${group.slice(0, -1).join(', ')} and ${group.at(-1)}`,
  )
  return words.join(', or ')
}

/**
 * Whether everyone who meets all `others` meets this one. Composition joins the requirements of several types into one
 * on their interface (`[[a]]` and `[[b]]` become `[[a, b]]`), which this recognises.
 */
export function isImpliedBy(requirement: AuthRequirement, others: readonly AuthRequirement[]): boolean {
  if (requirement.kind === 'user') return others.some(({ kind }) => kind === 'user')
  let combinations: string[][] = [[]]
  for (const other of others) {
    if (other.kind !== requirement.kind) continue
    combinations = combinations.flatMap((some) => other.anyOf.map((group) => [...some, ...group]))
    if (combinations.length > MAX_COMBINATIONS) return false
  }
  return combinations.every((some) => requirement.anyOf.some((group) => group.every((name) => some.includes(name))))
}

/** Beyond this number `isImpliedBy` returns false and the requirement is enforced, which is safe. */
const MAX_COMBINATIONS = 1_000
