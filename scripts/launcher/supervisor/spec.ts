import type { Launch } from '../infrastructure/launch.ts'

/** Tiers start from data to edge (services and edge together) and stop from edge to data. */
export type Tier = 'data' | 'service' | 'edge'

/** One process to keep running. */
export type Spec = Omit<Launch, 'health' | 'ready'> & {
  name: string
  /** Its number among the processes of that name, from 1. */
  replica: number
  port: number
  tier: Tier
  /** The sockets that it is handed (chassis/handed-socket.ts): they stay while one process after the other serves them. */
  sockets?: { name: string; port: number }[]
  /** As in Launch. `port`: where this very process answers, since it shares its sockets while it is replaced. */
  health: (port: number) => Promise<void>
  ready: (port: number) => Promise<void>
  /** The issuer's public URL; set on the account process only. */
  issuerUrl?: string
}

/** One line of `DATA_DIR/processes.json`. `started` distinguishes the process from a later one with the same pid. */
export type ProcessEntry = {
  name: string
  replica: number
  pid: number
  port: number
  started?: string
  issuerUrl?: string
  /** Another process has taken its place; it finishes what is under way. */
  leaving?: true
}

/** The process's name in messages and log files: `order`, `order-2`. */
export const labelOf = ({ name, replica }: { name: string; replica: number }) =>
  replica === 1 ? name : `${name}-${replica}`
