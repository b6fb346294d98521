import { existsSync } from 'node:fs'
import type { LaterConsumers } from '../../../schema/events/facts.ts'
import { CONTEXTS } from '../../../scripts/contexts.mjs'

const SUBGRAPHS = new URL('../../../subgraphs/', import.meta.url)

type Consumption = { hears: object; later?: LaterConsumers }

/** What each context's `inbound/nats/hears.ts` says; nothing where it has none. */
async function consumption(): Promise<[context: string, Consumption][]> {
  return Promise.all(
    CONTEXTS.map(async (context): Promise<[string, Consumption]> => {
      const table = new URL(`${context}/inbound/nats/hears.ts`, SUBGRAPHS)
      return [context, existsSync(table) ? await import(table.href) : { hears: {} }]
    }),
  )
}

/** Every context with the facts it hears; none where it has no `hears` table. */
export const hearsByContext = async (): Promise<{ [context: string]: string[] }> =>
  Object.fromEntries((await consumption()).map(([context, { hears }]) => [context, Object.keys(hears)]))

/** Every context with its later consumers. */
export const laterByContext = async (): Promise<{ [context: string]: LaterConsumers }> =>
  Object.fromEntries((await consumption()).map(([context, { later = {} }]) => [context, later]))
