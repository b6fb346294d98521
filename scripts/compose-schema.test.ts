import { expect, it } from '@jest/globals'
import { compose } from './compose-schema.ts'
import { UserError } from './user-error.ts'

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])'

it.each([
  ['a type has two kinds', 'type Query { b: Int } input Shared { id: ID }', /Type "Shared" has mismatched kind/],
  ['SDL cannot be read', 'type Query { b: }', /^\[b\] Syntax Error/],
])('composing fails for an operator to read, naming the subgraph, if %s', (_, typeDefs, message) => {
  const a = { name: 'a', typeDefs: `${LINK} type Query { a: Shared } type Shared @key(fields: "id") { id: ID }` }
  const composing = () => compose([a, { name: 'b', typeDefs: `${LINK} ${typeDefs}` }])
  expect(composing).toThrow(UserError)
  expect(composing).toThrow(message)
})
