import {
  baseType,
  type FieldDefinition,
  InterfaceType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals'
import type { Claims } from '../../chassis/signed-context.ts'

/** What the supergraph asks of a caller: all of `needs`, and by coordinate ("Type.field") the indexes of a field's. */
export type Requirements = { needs: Need[]; of: Map<string, number[]> }

/** The features behind the directives that are obeyed here, as the supergraph links them. */
export const OBEYED = ['authenticated', 'requiresScopes', 'policy'].map(
  (name) => `https://specs.apollo.dev/${name}/v0.1`,
)

type Fields = ObjectType | InterfaceType
/** What a directive on this very type or field asks for. */
type Own = (element: object | undefined) => Need[]

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`. A field needs what itself, its type and the type it answers
 * with ask for; selected through an interface, what every implementation asks for too, since any may come.
 * `problems` say, for the operator, what cannot be enforced.
 */
export function readRequirements(schema: Schema): { requirements: Requirements; problems: string[] } {
  const { asked, problems } = readDirectives(schema)
  const requirements: Requirements = { needs: [], of: new Map() }
  if (asked.size === 0) return { requirements, problems }

  const own: Own = (element) => (element && asked.get(element)) ?? []
  const indexes = new Map<string, number>()
  for (const type of [...schema.objectTypes(), ...schema.interfaceTypes()]) {
    for (const field of type.fields()) {
      const needs = needsOf(type, field, own)
      if (needs.length) requirements.of.set(`${type.name}.${field.name}`, needs.map(indexOf).filter(isFirst))
    }
  }
  return { requirements, problems }

  function indexOf(need: Need): number {
    const text = JSON.stringify(need)
    const index = indexes.get(text) ?? requirements.needs.push(need) - 1
    indexes.set(text, index)
    return index
  }
}

const isFirst = <Value>(value: Value, index: number, all: Value[]) => all.indexOf(value) === index

function needsOf(type: Fields, field: FieldDefinition<Fields>, own: Own): Need[] {
  const alone = [...own(type), ...own(field), ...needsToReach(field, own), ...inherited(type, field, own)]
  if (!(type instanceof InterfaceType)) return alone
  const members = type.possibleRuntimeTypes().flatMap((member) => {
    const implementation = member.field(field.name)
    return implementation ? needsOf(member, implementation, own) : []
  })
  return [...alone, ...members]
}

/**
 * What the type that a field answers with asks for. Composition copies what implementations ask for to their interface;
 * that is enforced on the fields selected through the interface, so that `... on` a public implementation still answers.
 */
function needsToReach(field: FieldDefinition<Fields>, own: Own): Need[] {
  const answer = field.type && baseType(field.type)
  const needs = own(answer)
  if (!(answer instanceof InterfaceType)) return needs
  const ofMembers = answer.possibleRuntimeTypes().flatMap((member) => own(member))
  return needs.filter((need) => !follows(need, ofMembers))
}

/** A field that comes of an `@interfaceObject` (its @join__field names no graph) is guarded where that declares it. */
function inherited(type: Fields, field: FieldDefinition<Fields>, own: Own): Need[] {
  const joins = field.appliedDirectivesOf('join__field')
  if (!joins.some((join) => join.arguments().graph === undefined)) return []
  return [...type.interfaces()].flatMap((parent) => own(parent.field(field.name)))
}

type Asked = Map<object, Need[]>

function readDirectives(schema: Schema): { asked: Asked; problems: string[] } {
  const asked: Asked = new Map()
  const problems: string[] = []
  const read = (name: string, needOf: (args: Record<string, unknown>, where: string) => Need) => {
    // By its link: the supergraph may call it by another name.
    const feature = schema.coreFeatures?.getByIdentity(`https://specs.apollo.dev/${name}`)
    const directive = feature && schema.directive(feature.directiveNameInSchema(name))
    for (const application of directive?.applications() ?? []) {
      const element = application.parent as { coordinate?: string } // types and fields, which have one
      const need = needOf(application.arguments(), `@${name} on ${element.coordinate}`)
      asked.set(element, [...(asked.get(element) ?? []), need])
    }
  }
  const groups = (value: unknown, where: string, meaning: (name: string) => string | null): string[][] => {
    const all = value as string[][] // as the directive's definition says
    if (all.length === 0) problems.push(`${where} has an empty list, which nobody can meet`)
    return all.map((group) =>
      group.map((name) => {
        const held = meaning(name)
        if (held === null) problems.push(`${where}: "${name}" is no policy known here (known is "role:NAME")`)
        return held ?? name
      }),
    )
  }
  read('authenticated', () => ({ kind: 'user' }))
  read('requiresScopes', ({ scopes }, where) => ({ kind: 'scopes', anyOf: groups(scopes, where, (name) => name) }))
  read('policy', ({ policies }, where) => ({ kind: 'roles', anyOf: groups(policies, where, roleOf) }))
  return { asked, problems }
}

const roleOf = (policy: string) => /^role:(\S+)$/.exec(policy)?.[1] ?? null

/** One thing that a caller must have: a token, or one of these groups of scopes or roles in full. */
export type Need = { kind: 'user' } | { kind: 'scopes' | 'roles'; anyOf: string[][] }

/** Whether the caller has it; without a token only what asks for nothing is met. */
export function isMet(need: Need, claims: Claims): boolean {
  if (need.kind === 'user') return claims !== null
  const held = claims?.[need.kind] ?? []
  return need.anyOf.some((group) => group.every((name) => held.includes(name)))
}

/** What is still needed, for people: "a signed-in user and the role RIDER". */
export function inWords(unmet: readonly Need[], anonymous: boolean): string {
  const parts = unmet.flatMap((need) => (need.kind === 'user' ? [] : [groupsInWords(need.kind, need.anyOf)]))
  return [...(anonymous ? ['a signed-in user'] : []), ...parts].join(
    parts.some((p) => p.includes(', or ')) ? '; and ' : ' and ',
  )
}

function groupsInWords(kind: 'scopes' | 'roles', anyOf: string[][]): string {
  const one = kind === 'scopes' ? 'scope' : 'role'
  const words = anyOf.map((group) =>
    group.length === 1 ? `the ${one} ${group[0]}` : `the ${kind} ${group.slice(0, -1).join(', ')} and ${group.at(-1)}`,
  )
  return words.join(', or ')
}

/**
 * Whether everyone who has all of `given` also meets `need`. Composition joins what several types ask for into one
 * need on their interface (`[[a]]` and `[[b]]` become `[[a, b]]`), which this recognises.
 */
export function follows(need: Need, given: readonly Need[]): boolean {
  if (need.kind === 'user') return given.some(({ kind }) => kind === 'user')
  let held: string[][] = [[]]
  for (const other of given) {
    if (other.kind !== need.kind) continue
    held = held.flatMap((some) => other.anyOf.map((group) => [...some, ...group]))
    if (held.length > MOST_COMBINATIONS) return false
  }
  return held.every((some) => need.anyOf.some((group) => group.every((name) => some.includes(name))))
}

/** Beyond this `follows` gives up: the need is then enforced, which is the safe side. */
const MOST_COMBINATIONS = 1_000
