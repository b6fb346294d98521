import { describe, expect, it } from '@jest/globals'
import { compileWithRelay } from '../testing/relay.ts'

describe('relay-compiler', () => {
  it('refetches one object of any type that has an id', async () => {
    const types = ['Order', 'Payment', 'Store', 'StoreOrder', 'Delivery', 'Item', 'MyPageEntry', 'User']
    const operations = await compileWithRelay(
      types
        .map((type) => `fragment App_${type} on ${type} @refetchable(queryName: "App${type}Query") { id }`)
        .join('\n'),
    )
    for (const type of types) expect(operations.get(`App${type}Query`)?.params.text).toContain('node(id: $id)')
  })

  it('pages through connections that are nested', async () => {
    const page = (name: string, field: string, type: string) => `
      fragment App_${name} on ${type} @refetchable(queryName: "App${name}Query")
        @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "Cursor" }) {
        ${field}(first: $first, after: $after) @connection(key: "App_${name}") { edges { node { id } } }
      }`
    const operations = await compileWithRelay(
      `${page('items', 'items', 'Store')} ${page('orders', 'orders', 'Store')} ${page('myPage', 'myPage', 'Query')}`,
    )
    expect([...operations.keys()].sort()).toEqual(['AppitemsQuery', 'AppmyPageQuery', 'AppordersQuery'])
    expect(operations.get('AppitemsQuery')?.params.text).toContain('node(id: $id)')
  })

  it('refuses what the schema does not have', async () => {
    const refetched = 'fragment App_money on Money @refetchable(queryName: "AppMoneyQuery") { amount }'
    await expect(compileWithRelay(refetched)).rejects.toThrow('only supported are fragments on')
  })
})
