import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type GraphQLSchema, getIntrospectionQuery } from 'graphql'
import { DEFAULTS } from '../config.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { checking, schema, told } from './testing/checking.ts'

describe('introspection', () => {
  const schemas: [string, GraphQLSchema][] = [
    ['a small schema', schema],
    ['our own', loadSupergraph(readFileSync('schema/supergraph.graphql', 'utf8')).clientSchema],
  ]
  const everything = getIntrospectionQuery({
    ...{ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true },
    ...{ schemaDescription: true, inputValueDeprecation: true, oneOf: true },
  })
  const refusedOf = (of: GraphQLSchema, query: string) => {
    return checking(of, query, DEFAULTS)().map(({ extensions }) => extensions.limit)
  }

  it.each(schemas)('by the standard query is within the limits, of %s', (_, of) => {
    for (const query of [getIntrospectionQuery(), everything, everything.replaceAll(/\s+/g, ' ')]) {
      expect(refusedOf(of, query)).toEqual([])
    }
    expect(refusedOf(of, '{ a: __type(name: "Query") { fields { name } } b: __schema { types { name } } }')).toEqual([])
    const one = 'query ($name: String!) { __type(name: $name) { fields { name type { name ofType { name } } } } }'
    expect(refusedOf(of, one)).toEqual([])
  })

  it.each(schemas)('whose answer grows beyond that is refused, of %s', (_, of) => {
    const inEachOther = (names: string[]): string => {
      const [name, ...below] = names
      return name ? ['a', 'b', 'c'].map((as) => `${as}: ${name} { ${inEachOther(below)} }`).join(' ') : 'name'
    }
    const product = inEachOther(['types', 'fields', 'type']).replaceAll('{ name }', '{ fields { name description } }')
    expect(refusedOf(of, `{ __schema { ${product} } }`)).toEqual(['MAX_COST'])
    const [root = '', ...fragments] = everything.split(/(?=fragment )/)
    const schemas = [1, 2, 3].map((n) =>
      root.slice(root.indexOf('__schema'), root.lastIndexOf('}')).replace(/^/, `s${n}: `),
    )
    expect(refusedOf(of, `{ ${schemas.join(' ')} } ${fragments.join(' ')}`)).toEqual(['MAX_COST'])
  })

  it('is counted in fields and aliases like all else, but not in depth', () => {
    const query =
      '{ __schema { a: types { ...t } b: types { ...t } } } fragment t on __Type { x: ofType { ofType { name } } }'
    expect(told(query, { MAX_DEPTH: 1, MAX_FIELDS: 9, MAX_ALIASES: 4 })).toEqual([])
    expect(told(query, { MAX_FIELDS: 8 })).toEqual([['MAX_FIELDS', 9]])
    expect(told(query, { MAX_ALIASES: 3 })).toEqual([['MAX_ALIASES', 4]])
  })

  it('of one type costs nothing more through a thousand fragments, which the normal form does not have', () => {
    const wrapped = `${'... { '.repeat(900)} name ${'}'.repeat(900)}`
    expect(refusedOf(schema, `{ __schema { types { fields { ${wrapped} } } } }`)).toEqual([])
  })

  it('by a variable counts as the introspection of each type', () => {
    const fields = '{ fields { name } }'
    expect(told(`{ __type(name: "Book") ${fields} }`, { MAX_COST: 500 })).toEqual([])
    const byVariable = told(`query ($n: String!) { __type(name: $n) ${fields} }`, { MAX_COST: 500 }, { n: 'Book' })
    expect(byVariable).toEqual([['MAX_COST', expect.any(Number)]])
  })
})
