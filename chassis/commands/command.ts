import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { MikroORM } from '@mikro-orm/postgresql'
import type { z } from 'zod'
import type { AuditEvent } from '../audit/event.ts'
import { auditConfig, processConfig, readConfig } from '../config.ts'
import { databaseUrl } from '../postgres/access.ts'
import { openDatabase, type Schema } from '../postgres/database.ts'
import { openOperatorTrail } from './trail.ts'

/** The settings of a command. */
export const commandSettings = processConfig.extend({ ...auditConfig, DATABASE_URL: databaseUrl })

/** What came of a command: a line for stdout, or a problem for stderr. */
export type CommandResult = { done: string } | { problem: string }

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
 * Runs an operator's command on the database of `context`, and prints its result; a problem on stderr, with exit code 1. What it has done
 * is recorded as `event` in the audit trail; without one it only reads. Where the trail cannot be opened, it does nothing.
 */
export async function runCommand<Config extends z.infer<typeof commandSettings>>(
  context: { name: string; schema: Schema },
  schemaOfSettings: z.ZodType<Config>,
  event: Omit<AuditEvent, 'who'> | null,
  act: (orm: MikroORM, config: Config) => Promise<CommandResult>,
): Promise<void> {
  const config = readConfig(schemaOfSettings)
  const trail = event && openOperatorTrail(context.name, config)
  const orm = await openDatabase(config.DATABASE_URL, context.schema)
  try {
    const outcome = await act(orm, config)
    if ('done' in outcome) {
      if (event) trail?.record(event)
      return console.log(outcome.done)
    }
    console.error(outcome.problem)
    process.exitCode = 1
  } finally {
    await orm.close()
    trail?.close()
  }
}
