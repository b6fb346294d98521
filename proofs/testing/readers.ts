import { z } from 'zod'
import { demoConfig } from '../../scripts/demo.ts'
import { PROGRAM_SETTINGS } from '../../scripts/launcher/supervisor/program-settings.ts'
import { startSettings } from '../../scripts/launcher/supervisor/settings.ts'
import { databasesConfig } from '../../scripts/make-databases.ts'
import { migrateConfig } from '../../scripts/migrate.ts'
import type { Setting } from './settings-tables.ts'

/** The settings schema of each program and script. */
export const SETTINGS_SCHEMAS: Record<string, z.ZodType> = {
  ...PROGRAM_SETTINGS,
  'scripts/make-databases.ts': databasesConfig,
  'scripts/migrate.ts': migrateConfig,
  'scripts/demo.ts': demoConfig,
  'scripts/up.ts': startSettings,
}

/** What Node, the logger and Apollo's libraries read. */
const WITHOUT_SCHEMA = ['TZ', 'LOG_LEVEL', 'APOLLO_TELEMETRY_DISABLED']

/** The variables of an environment that the program started by `command` does not read, such as misspelt ones. */
export function unknownVariables(command: readonly string[], environment: Record<string, string>): string[] {
  const main = Object.keys(SETTINGS_SCHEMAS).find((file) => command.some((part) => part.endsWith(file)))
  const known = main ? settingsIn(SETTINGS_SCHEMAS[main]).map(({ name }) => name) : []
  return Object.keys(environment).filter((name) => !known.includes(name) && !WITHOUT_SCHEMA.includes(name))
}

/** The errors that the program started by `command` would print for an environment, a line for each invalid setting. */
export function complaints(command: readonly string[], environment: Record<string, string>): string[] {
  const main = Object.keys(SETTINGS_SCHEMAS).find((file) => command.some((part) => part.endsWith(file)))
  if (!main) return [`no settings schema for: ${command.join(' ')}`]
  const settings = Object.entries({ ...environment, ...optionsIn(command) }).filter(([, value]) => value !== '')
  const { error } = SETTINGS_SCHEMAS[main]?.safeParse(Object.fromEntries(settings)) ?? {}
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
}

/** The option `--supergraph FILE` sets SUPERGRAPH (router/config.ts). */
function optionsIn(command: readonly string[]): Record<string, string> {
  const index = command.indexOf('--supergraph')
  return index < 0 ? {} : { SUPERGRAPH: command[index + 1] ?? '' }
}

/** Every setting that a schema reads, with its default. */
export function settingsIn(schema: z.core.$ZodType | undefined): Setting[] {
  if (schema instanceof z.ZodPipe) return settingsIn(schema.in)
  if (schema instanceof z.ZodIntersection) return [...settingsIn(schema.def.left), ...settingsIn(schema.def.right)]
  if (!(schema instanceof z.ZodObject)) throw new Error('A program’s settings are an object.')
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => {
    const { success, data } = field.safeParse(undefined)
    if (!success) return { name, default: 'required' }
    return { name, default: typeof data === 'string' || typeof data === 'number' ? String(data) : null }
  })
}
