import { CONTEXTS } from '../contexts.mjs'
import { type Connection, connections } from './programs.ts'

// The networks of docker-compose.yml: who shares none cannot connect to each other. A context and its servers share one; each pair of
// programs has its own. All are internal, but the one with what is published on the host, and the one to the payment provider.

type Network = { name: string; members: readonly string[]; isOutside: boolean }

/** The router and the issuer, whose ports are published, and the demo shop, which asks only them. */
const EDGE = 'edge'

function nameOf({ from, to }: Connection): string {
  if (to === 'account' || from === 'demo') return EDGE
  if (to === 'postgres' && !CONTEXTS.includes(from)) return 'setup'
  if (to === 'postgres' || to === 'nats') return CONTEXTS.includes(from) ? `${from}-data` : `${from}-nats`
  return `${from}-${to}`
}

const all = [...(await connections(true)), ...(await connections(false))]

const networks: Network[] = [...Map.groupBy(all, nameOf)].map(([name, those]) => ({
  name,
  members: [...new Set(those.flatMap(({ from, to }) => [from, to]))],
  isOutside: name === EDGE || those.some(({ to }) => to === 'outside'),
}))

export const networkNames = (): readonly Network[] => networks

/** The networks of a service. */
export const networksOf = (service: string): string[] =>
  networks.filter(({ members }) => members.includes(service)).map(({ name }) => name)
