import { describe, expect, it } from '@jest/globals'
import { compose } from '../testing/router.ts'
import { loadSupergraph } from './load.ts'

const types = `
  type Query { shop: Shop, all(first: Int): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"]) }
  type Page { nodes: [Shop] }
  interface Shop { staff: [ID], doors: [ID] @listSize(assumedSize: 4) }
  type Kiosk implements Shop { staff: [ID] @listSize(assumedSize: 2), doors: [ID] }
  type Hall implements Shop { staff: [ID] @listSize(assumedSize: 50), doors: [ID] @listSize(assumedSize: 9) }
`
const sdl = (imported: string) => {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])`
  return compose([{ name: 'a', url: 'http://a/graphql', typeDefs: `${link} ${types}` }])
}
const composed = sdl('"@listSize"')

describe('the sizes of lists', () => {
  const { listSizes } = loadSupergraph(composed)

  it('are those that `@listSize` declares', () => {
    expect(listSizes.get('Hall.staff')).toEqual({ assumedSize: 50, slicingArguments: [], sizedFields: [] })
    expect(listSizes.get('Query.all')).toEqual({
      assumedSize: null,
      slicingArguments: ['first'],
      sizedFields: ['nodes'],
    })
    expect(listSizes.get('Kiosk.doors')).toBeUndefined()
  })

  it('of an interface are its own, otherwise the largest of its implementations', () => {
    expect([listSizes.get('Shop.doors')?.assumedSize, listSizes.get('Shop.staff')?.assumedSize]).toEqual([4, 50])
  })

  it('are found under another name of the directive', () => {
    const renamed = composed
      .replaceAll('@listSize(', '@size(')
      .replaceAll('"@listSize"', '{name: "@listSize", as: "@size"}')
    expect(renamed).toContain('directive @size(')
    expect(loadSupergraph(renamed).listSizes).toEqual(listSizes)
  })
})
