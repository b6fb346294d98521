import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { pageById } from '../graphql/connection.ts'
import { newId } from '../ids.ts'
import { ThingRow, thingSchema } from '../testing/thing-row.ts'
import type { Thing } from '../testing/transactions-suite.ts'
import { openDatabase } from './database.ts'
import { byIds } from './reads.ts'

let database: Awaited<ReturnType<typeof migratedDatabase>>
let orm: MikroORM
const ids = Array.from({ length: 7 }, (_, time) => newId(time))
const put = (id: string, name: string) =>
  orm.em.fork().execute(`insert into things (id, name, count, at, parts) values (?, ?, 0, now(), '[]')`, [id, name])

beforeAll(async () => {
  database = await migratedDatabase('chassis', thingSchema)
  orm = await openDatabase(database.url, thingSchema)
  for (const id of ids) await put(id, 'rose')
  await put(newId(3), 'lily')
})
afterAll(async () => {
  await orm.close(true)
  await database.drop()
})

describe('rows by their ids', () => {
  it('come in the order of the ids, null for a missing one', async () => {
    const [first = '', second = ''] = ids
    const requested = [second, newId(), first, 'no id', second, first.toUpperCase()]
    const rows = await byIds<Thing>(orm.em.fork(), ThingRow, requested)
    expect(rows.map((row) => row?.id ?? null)).toEqual([second, null, first, null, second, first])
    expect(await byIds(orm.em.fork(), ThingRow, ['no id'])).toEqual([null])
  })
})

describe('a list, page by page', () => {
  const page = (order: 'asc' | 'desc', after: string | null, first = 3) =>
    pageById<Thing>(orm.em.fork(), ThingRow, { where: { name: 'rose' }, page: { first, after }, order })

  it.each([
    ['asc', ids],
    ['desc', [...ids].reverse()],
  ] as const)('%s shows every row once, and no others', async (order, expected) => {
    const seen: string[] = []
    let after: string | null = null
    let pages = 0
    for (let more = true; more; pages++) {
      const { nodes, pageInfo } = await page(order, after)
      seen.push(...nodes.map(({ id }) => id))
      expect(pageInfo.hasPreviousPage).toBe(pages > 0)
      after = pageInfo.endCursor
      more = pageInfo.hasNextPage
    }
    expect([seen, pages]).toEqual([expected, 3])
  })

  it('repeats no row if one was inserted before it', async () => {
    const { pageInfo } = await page('desc', null)
    await put(newId(1_000), 'rose')
    const { nodes } = await page('desc', pageInfo.endCursor)
    expect(nodes.map(({ id }) => id)).toEqual([...ids].reverse().slice(3, 6))
  })
})
