import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { MikroORM } from '@mikro-orm/postgresql'
import { z } from 'zod'
import type { AuditEvent } from '../../../chassis/audit/event.ts'
import { auditConfig, processConfig, readConfig } from '../../../chassis/config.ts'
import { databaseUrl } from '../../../chassis/postgres/access.ts'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { schema } from '../outbound/postgres/database.ts'
import { recordByOperator } from './trail.ts'

/** The settings of a command. One that reads private keys needs KEY_SECRET too. */
export const settings = processConfig.extend({ ...auditConfig, DATABASE_URL: databaseUrl })
export const keySettings = settings.extend({ KEY_SECRET: z.string().min(32, 'at least 32 characters') })

/** This process's arguments: at least `least` beside the options. Otherwise it prints the usage and exits with 2. */
export function argumentsOf<Options extends ParseArgsOptionsConfig>(usage: string, least: number, options: Options) {
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    if (parsed.positionals.length >= least) return parsed
    console.error(usage)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
  return process.exit(2)
}

/**
 * Runs a command on account's database, and prints its result; a problem on stderr, with exit code 1. What it has done is recorded
 * as `event` in the audit trail; without one it only reads.
 */
export async function run<Config extends z.infer<typeof settings>>(
  schemaOfSettings: z.ZodType<Config>,
  event: Omit<AuditEvent, 'who'> | null,
  act: (orm: MikroORM, config: Config) => Promise<{ done: string } | { problem: string }>,
): Promise<void> {
  const config = readConfig(schemaOfSettings)
  const orm = await openDatabase(config.DATABASE_URL, schema)
  try {
    const outcome = await act(orm, config)
    if ('done' in outcome) {
      if (event) recordByOperator(config, event)
      return console.log(outcome.done)
    }
    console.error(outcome.problem)
    process.exitCode = 1
  } finally {
    await orm.close()
  }
}
