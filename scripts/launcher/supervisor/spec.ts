import type { Launch } from '../infrastructure/launch.ts'

/** Tiers start from data to edge (services and edge together) and stop from edge to data. */
export type Tier = 'data' | 'service' | 'edge'

/** One process to keep running. */
export type Spec = Launch & {
  name: string
  /** Its place among the processes of that name, from 1. */
  replica: number
  port: number
  tier: Tier
  /** Set on the account process: where people sign in. */
  issuerUrl?: string
}

/** One line of `DATA_DIR/processes.json`. `started` tells the process from a later one with its pid. */
export type ProcessEntry = {
  name: string
  replica: number
  pid: number
  port: number
  started?: string
  issuerUrl?: string
}

/** `order`, `order-2`: the name in the log's file name and in what is said. */
export const labelOf = ({ name, replica }: { name: string; replica: number }) =>
  replica === 1 ? name : `${name}-${replica}`
