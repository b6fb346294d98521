import type { Claims } from '../../chassis/signed-context.ts'

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
