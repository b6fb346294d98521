import { type DirectiveNode, Kind } from 'graphql'
import type { Json } from './json.ts'

/** `@include(if: $variable)`, or `@skip(if: $variable)` if negated. */
export type Condition = { variable: string; negated: boolean }

/** Adds the conditions of `@skip` and `@include`; null if the selection can never be included. */
export function withConditions(
  conditions: readonly Condition[],
  directives: readonly DirectiveNode[] | undefined,
): readonly Condition[] | null {
  let all = conditions
  for (const { name, arguments: args } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    const value = args?.find((argument) => argument.name.value === 'if')?.value
    const negated = name.value === 'skip'
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value === negated) return null
    } else if (value?.kind === Kind.VARIABLE) {
      const variable = value.name.value
      const same = all.find((condition) => condition.variable === variable)
      if (!same) all = [...all, { variable, negated }]
      else if (same.negated !== negated) return null
    }
  }
  return all
}

/** Whether all conditions hold for these coerced variables. */
export function hold(conditions: readonly Condition[], variables: Json): boolean {
  for (const { variable, negated } of conditions) if ((variables[variable] === true) === negated) return false
  return true
}

/** Whether `weak` holds wherever `strong` does. */
export const implies = (strong: readonly Condition[], weak: readonly Condition[]): boolean =>
  weak.every((each) => strong.some(({ variable, negated }) => variable === each.variable && negated === each.negated))
