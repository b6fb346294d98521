import { z } from 'zod'
import type { Launch } from '../infrastructure/launch.ts'

/** What is started as one process: data only, so that another release can state it. */
export const programSchema = z.object({
  name: z.string(),
  /** Its number among the processes of that name, from 1. */
  replica: z.int(),
  port: z.int(),
  tier: z.enum(['data', 'service', 'edge']),
  /** The sockets that it is handed (chassis/handed-socket.ts): they stay while one process after the other serves them. */
  sockets: z.array(z.object({ name: z.string(), port: z.int() })).optional(),
  /** The issuer's public URL; set on the account process only. */
  issuerUrl: z.string().optional(),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string().optional(),
})

export type Program = z.infer<typeof programSchema>

/** Tiers start from data to edge (services and edge together) and stop from edge to data. */
export type Tier = Program['tier']

/** One process to keep running. */
export type Spec = Omit<Launch, 'health' | 'ready'> &
  Program & {
    /** As in Launch. `port`: where this very process answers, since it shares its sockets while it is replaced. */
    health: (port: number) => Promise<void>
    ready: (port: number) => Promise<void>
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
