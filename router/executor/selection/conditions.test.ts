import { expect, it } from '@jest/globals'
import { Kind, parse } from 'graphql'
import { hold, implies, withConditions } from './conditions.ts'

function conditions(directives: string) {
  const [operation] = parse(`{ field ${directives} }`).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION
    ? withConditions([], operation.selectionSet.selections[0]?.directives)
    : null
}

it.each<[string, Record<string, unknown>, boolean | null]>([
  ['', {}, true],
  ['@include(if: true) @skip(if: false)', {}, true],
  ['@include(if: false)', {}, null],
  ['@skip(if: true)', {}, null],
  ['@include(if: $a)', { a: true }, true],
  ['@include(if: $a)', { a: false }, false],
  ['@skip(if: $a) @include(if: $b)', { a: false, b: true }, true],
  ['@skip(if: $a) @include(if: $b)', { a: true, b: true }, false],
  ['@skip(if: $a) @include(if: $a)', { a: true }, null],
  ['@other(if: false)', {}, true],
])('"%s" with %j holds: %s', (directives, variables, expected) => {
  const found = conditions(directives)
  expect(found && hold(found, variables)).toBe(expected)
})

it('more conditions imply fewer', () => {
  const a = { variable: 'a', negated: false }
  const notB = { variable: 'b', negated: true }
  expect(implies([a, notB], [a])).toBe(true)
  expect(implies([a], [a, notB])).toBe(false)
  expect(implies([{ ...a, negated: true }], [a])).toBe(false)
})
