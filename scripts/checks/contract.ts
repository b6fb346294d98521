import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core'
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql'
import { type DeliberateBreak, deliberateBreaks } from './breaks.ts'

const CONTRACT = 'schema/contract.graphql'

/** Days from a deprecation to the earliest removal. */
export const NOTICE_DAYS = 180

/** A deprecation: "Since 2026-11-29: use `order`." */
const REASON = /^Since (\d{4}-\d{2}-\d{2}): \S/

const HOW = 'deprecate it first: @deprecated(reason: "Since YYYY-MM-DD: use …")'

/** What can be deprecated, so that it may be removed later. A type may go when nothing that remains has it. */
const REMOVALS: readonly string[] = [
  ChangeType.FieldRemoved,
  ChangeType.FieldArgumentRemoved,
  ChangeType.InputFieldRemoved,
  ChangeType.EnumValueRemoved,
]

/** A line for each promise of the contract that the API breaks. The two change in the same commit. */
export async function brokenPromises(contract: GraphQLSchema, api: GraphQLSchema): Promise<string[]> {
  const changes = await diff(contract, api)
  return changes.filter(isBreaking).map(({ path, message }) => `${path}: ${message}, but the contract promises it`)
}

/**
 * A line for each change of the contract that its clients cannot have prepared for: whatever was not deprecated in the last
 * contract, NOTICE_DAYS before `today`. Allowed is that a String of an answer becomes an enum, since answers stay the same, and what
 * is recorded as a deliberate break.
 */
export async function unannouncedChanges(
  last: GraphQLSchema,
  contract: GraphQLSchema,
  today: Date,
  breaks: readonly DeliberateBreak[] = [],
): Promise<string[]> {
  const deliberate = breaks.flatMap(({ path, from, to }) =>
    to ? `Field '${path}' changed type from '${from}' to '${to}'` : [],
  )
  const removed = breaks.flatMap(({ path, to }) => (to ? [] : path))
  const changes = (await diff(last, contract)).filter(isBreaking)
  return changes.flatMap(({ type, path = '', message }) => {
    if (type === ChangeType.TypeRemoved || deliberate.includes(message)) return []
    if (type === ChangeType.InputFieldRemoved && removed.includes(path)) return []
    if (type === ChangeType.FieldTypeChanged && becameEnum(path, last, contract)) return []
    if (!REMOVALS.includes(type)) return [`${path}: ${message}: add another one beside it, and ${HOW}`]
    const since = dateIn(elementAt(last, path)?.deprecationReason)
    if (!since) return [`${path}: ${message}: ${HOW}`]
    const removable = new Date(since.getTime() + NOTICE_DAYS * 86_400_000)
    return today < removable ? [`${path}: ${message}: it may be removed from ${dayOf(removable)} on`] : []
  })
}

/** A line for each deprecation in the API that has no date, or one in the future, or is not in the contract likewise. */
export function wrongDeprecations(contract: GraphQLSchema, api: GraphQLSchema, today: Date): string[] {
  const inContract = new Map(elementsOf(contract))
  return elementsOf(api).flatMap(([path, { deprecationReason: reason }]) => {
    if (reason == null) return []
    const since = dateIn(reason)
    if (!since || since > today)
      return [`${path}: a deprecation says since when, and what to use: "Since YYYY-MM-DD: …"`]
    const promised = inContract.get(path)
    if (!promised || promised.deprecationReason === reason) return []
    return [`${path}: deprecate it in ${CONTRACT}, too, by the same words`]
  })
}

const isBreaking = ({ type, criticality }: Change) =>
  criticality.level === CriticalityLevel.Breaking || REMOVALS.includes(type)

function becameEnum(path: string, last: GraphQLSchema, contract: GraphQLSchema): boolean {
  const before = elementAt(last, path)?.type
  const after = elementAt(contract, path)?.type
  return isEnumType(getNamedType(after)) && String(before) === String(after).replace(/\w+/, 'String')
}

const dateIn = (reason: Maybe<string>) => {
  const [, day] = REASON.exec(reason ?? '') ?? []
  const date = day ? new Date(day) : null
  return date && !Number.isNaN(date.getTime()) ? date : null
}
const dayOf = (date: Date) => date.toISOString().slice(0, 10)

type Maybe<Value> = Value | null | undefined
type Element = { description: Maybe<string>; deprecationReason?: Maybe<string>; type?: GraphQLType }

/** Everything inside types, by its path: Type.field, Type.field.argument, Enum.VALUE. */
export function elementsOf(schema: GraphQLSchema): [path: string, Element][] {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type))
  const inTypes = (type: GraphQLNamedType): [string, Element][] => {
    if (isEnumType(type)) return type.getValues().map((value) => [value.name, value])
    if (isInputObjectType(type)) return Object.entries(type.getFields())
    if (!isObjectType(type) && !isInterfaceType(type)) return []
    return Object.entries(type.getFields()).flatMap(([name, field]): [string, Element][] => [
      [name, field],
      ...field.args.map((argument): [string, Element] => [`${name}.${argument.name}`, argument]),
    ])
  }
  return types.flatMap((type) =>
    inTypes(type).map(([name, element]): [string, Element] => [`${type.name}.${name}`, element]),
  )
}
const elementAt = (schema: GraphQLSchema, path: string) => new Map(elementsOf(schema)).get(path)

/**
 * The contract before its latest change: the committed one if the work tree has another, else the one before that commit.
 * Null without an earlier one, as in a shallow clone. Throws if git fails.
 */
export function lastContract(root: string): string | null {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  const commits = git('log', '--format=%H', '--max-count=2', '--', CONTRACT).split('\n').filter(Boolean)
  const present = readFileSync(join(root, CONTRACT), 'utf8')
  return commits.map((commit) => git('show', `${commit}:${CONTRACT}`)).find((text) => text !== present) ?? null
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..')
  const read = (path: string) => buildSchema(readFileSync(join(root, path), 'utf8'))
  const [contract, api, today] = [read(CONTRACT), read('schema/api.graphql'), new Date()]
  const last = lastContract(root)
  const problems = [
    ...(await brokenPromises(contract, api)),
    ...(last ? await unannouncedChanges(buildSchema(last), contract, today, deliberateBreaks()) : []),
    ...wrongDeprecations(contract, api, today),
  ]
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length ? 1 : 0
}
