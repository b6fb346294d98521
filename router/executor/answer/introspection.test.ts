import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { library } from '../../testing/library.ts'
import { startTestRouter } from '../../testing/router.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(library)
})
afterAll(() => router.close())

const QUERY = `query ($name: String = "Book", $kind: Boolean!) {
  one: __type(name: $name) { name kind @include(if: $kind) }
  other: __type(name: "Film") { name }
}`

it('answers each introspection for its own variables, in any order and repeatedly', async () => {
  const film = { name: 'Film' }
  const expected: [object, object][] = [
    [{ kind: false }, { one: { name: 'Book' }, other: film }],
    [{ kind: true }, { one: { name: 'Book', kind: 'OBJECT' }, other: film }],
    [
      { kind: false, name: 'Review' },
      { one: { name: 'Review' }, other: film },
    ],
    [
      { kind: false, name: 'Nothing' },
      { one: null, other: film },
    ],
  ]
  for (const [variables, data] of [...expected, ...expected.toReversed()]) {
    expect(await router.query(QUERY, variables)).toEqual({ data })
  }
})
