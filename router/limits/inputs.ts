import { type ArgumentNode, Kind, type ValueNode } from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'

/** The input values at one place: those written there, and the variables, each as often as it is used. */
export type Inputs = { values: number; variables: readonly string[] }

/** A longer text counts as one value for every so many characters. */
const TEXT_LENGTH = 100

/**
 * Counts the values in a field's arguments. Lists and objects count as values, too. Nothing here recurses, because inputs
 * can be nested deeply.
 */
export function inputsOf(given: readonly ArgumentNode[] = []): Inputs {
  const variables: string[] = []
  let values = 0
  const waiting: ValueNode[] = given.map(({ value }) => value)
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.kind === Kind.VARIABLE) {
      variables.push(node.name.value)
      continue
    }
    values += node.kind === Kind.STRING ? valuesOfText(node.value) : 1
    if (node.kind === Kind.LIST) for (const member of node.values) waiting.push(member)
    if (node.kind === Kind.OBJECT) for (const { value } of node.fields) waiting.push(value)
  }
  return { values, variables }
}

/** Counts the values of each variable when it is first needed, and only once. */
export function createInputCounter(
  variables: Record<string, unknown>,
  defaultOf: (name: string) => ValueNode | undefined,
) {
  const counts = new Map<string, number>()

  const valuesWithDefault = (name: string) => {
    const value = variables[name]
    if (value !== undefined) return valuesIn(value)
    const node = defaultOf(name)
    return node ? inputsOf([{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: node }]).values : 0
  }

  return {
    count: (name: string): number => {
      const known = counts.get(name)
      if (known !== undefined) return known
      const values = valuesWithDefault(name)
      counts.set(name, values)
      return values
    },
    /** The counted variable with most values. */
    largest: (): { name: string; values: number } | undefined => {
      const [largest] = [...counts].sort(([, one], [, other]) => other - one)
      return largest && { name: largest[0], values: largest[1] }
    },
  }
}

function valuesIn(given: unknown): number {
  if (typeof given !== 'object' || given === null) return valuesOfLeaf(given)
  const waiting: unknown[] = [given]
  let values = 0
  while (waiting.length) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null || value instanceof JsonNumber) {
      values += valuesOfLeaf(value)
      continue
    }
    values += 1
    for (const member of Array.isArray(value) ? value : Object.values(value)) waiting.push(member)
  }
  return values
}

const valuesOfLeaf = (value: unknown) => (typeof value === 'string' ? valuesOfText(value) : 1)
const valuesOfText = ({ length }: string) => Math.max(1, Math.ceil(length / TEXT_LENGTH))
