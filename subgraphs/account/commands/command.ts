import type { MikroORM } from '@mikro-orm/postgresql'
import { z } from 'zod'
import type { AuditEvent } from '../../../chassis/audit/event.ts'
import { type CommandResult, commandSettings, runCommand } from '../../../chassis/commands/command.ts'
import { schema } from '../outbound/postgres/database.ts'

export { argumentsOf, commandSettings as settings } from '../../../chassis/commands/command.ts'

/** The settings of a command that reads private keys. */
export const keySettings = commandSettings.extend({ KEY_SECRET: z.string().min(32, 'at least 32 characters') })

/** Runs a command on account's database (`runCommand`). */
export const run = <Config extends z.infer<typeof commandSettings>>(
  settings: z.ZodType<Config>,
  event: Omit<AuditEvent, 'who'> | null,
  act: (orm: MikroORM, config: Config) => Promise<CommandResult>,
): Promise<void> => runCommand({ name: 'account', schema }, settings, event, act)
