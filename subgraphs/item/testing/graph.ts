import { readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { jest } from '@jest/globals'
import { graphql, parse } from 'graphql'
import { commonResolvers } from '../../../chassis/graphql/scalars.ts'
import { newId } from '../../../chassis/ids.ts'
import { postgresTransactions } from '../../../chassis/postgres/transactions.ts'
import type { Claims } from '../../../chassis/signed-context.ts'
import { stampWith } from '../../../schema/events/stamp.ts'
import { resolversOn } from '../inbound/graphql/resolvers.ts'
import { tables } from '../outbound/postgres/database.ts'
import { readsOf } from '../outbound/postgres/reads.ts'
import { wire } from '../wire.ts'
import { openTestDatabase } from './database.ts'
import { actors } from './rig.ts'

type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number]

const SDL = ['../../../chassis/graphql/common.graphql', '../inbound/graphql/item.graphql']

/** The item context's part of the graph on a database of its own. */
export async function openGraph() {
  const { orm, close } = await openTestDatabase()
  const ports = {
    newId,
    transact: postgresTransactions(orm, stampWith({ now: () => new Date(), newId }), tables),
  }
  const typeDefs = parse(SDL.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n'))
  const resolvers = { ...commonResolvers, ...resolversOn(wire(ports)) }
  // As in chassis/graphql/handler.ts: Apollo's own type of resolvers is a looser map.
  const schema = buildSubgraphSchema([{ typeDefs, resolvers } as SchemaModule])

  /** Answers with the data and the codes of the errors. */
  const ask = async (source: string, variableValues: Record<string, unknown> = {}, claims: Claims = null) => {
    const contextValue = { claims, reads: readsOf(orm) }
    const { data, errors } = await graphql({ schema, source, variableValues, contextValue })
    // Plain objects: graphql makes its own without a prototype.
    return JSON.parse(JSON.stringify({ data, errors: errors?.map(({ extensions }) => extensions.code) }))
  }

  /** How many queries `work` sends to the database. */
  const queriesOf = async (work: () => Promise<unknown>) => {
    const connections = new Set((['read', 'write'] as const).map((type) => orm.em.getConnection(type)))
    const spies = [...connections].map((connection) => jest.spyOn(connection, 'execute'))
    await work()
    const sent = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
    for (const spy of spies) spy.mockRestore()
    return sent
  }

  return { at: actors({ ports, said: async () => [] }), ask, queriesOf, close }
}
