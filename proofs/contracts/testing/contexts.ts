import { existsSync } from 'node:fs'
import { CONTEXTS } from '../../../scripts/contexts.mjs'

const SUBGRAPHS = new URL('../../../subgraphs/', import.meta.url)

/** Every context with the facts it hears; none where it has no `hears` table. */
export async function hearsByContext(): Promise<{ [context: string]: string[] }> {
  const contexts = CONTEXTS.map(async (context) => {
    const table = new URL(`${context}/inbound/nats/hears.ts`, SUBGRAPHS)
    if (!existsSync(table)) return [context, []] as const
    const { hears }: { hears: object } = await import(table.href)
    return [context, Object.keys(hears)] as const
  })
  return Object.fromEntries(await Promise.all(contexts))
}
