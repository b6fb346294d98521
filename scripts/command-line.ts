import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { usageOf } from './help.mjs'

type Commands = typeof import('./commands.json', { with: { 'resolution-mode': 'import' }})
/** A row of commands.json. */
type Command = {
  does: string
  options?: Record<string, { default?: unknown; required?: boolean; does: string }>
  arguments?: string
}

const commands: Commands = JSON.parse(readFileSync(new URL('./commands.json', import.meta.url), 'utf8'))

type OptionsOf<Name extends keyof Commands> = Commands[Name] extends { options: infer Options } ? Options : object
type Values<Options> = {
  [Option in keyof Options]: Options[Option] extends { default: infer Default }
    ? Default
    : Options[Option] extends { required: boolean }
      ? string
      : string | undefined
}

/**
 * Parses this process's arguments by the command's row in commands.json. An option has the type of its default, or is a text;
 * a number must be a whole one of at least 0. For invalid arguments it prints the error and the usage, and exits with 2.
 */
export function commandLine<Name extends keyof Commands>(
  name: Name,
  args: string[] = process.argv.slice(2),
): { options: Values<OptionsOf<Name>>; positionals: string[] } {
  const command: Command = commands[name]
  const known = Object.entries(command.options ?? {})
  const types = known.map(([option, { default: defaultValue }]) => {
    return [option, { type: typeof defaultValue === 'boolean' ? 'boolean' : 'string' }] as const
  })
  try {
    const { values, positionals } = parseArgs({
      args,
      options: Object.fromEntries(types),
      allowPositionals: command.arguments !== undefined,
    })
    const needsArgument = command.arguments?.startsWith('[') === false
    if (needsArgument && positionals.length === 0) throw new Error(`${command.arguments} is missing.`)
    const read = known.map(([option, { default: defaultValue, required }]) => {
      const value = values[option]
      if (required && value === undefined) throw new Error(`--${option} is missing.`)
      if (value === undefined) return [option, defaultValue]
      return [option, typeof defaultValue === 'number' ? wholeNumber(option, String(value)) : value]
    })
    // Each value has its default's type, or is a text, as `Values` declares.
    return { options: Object.fromEntries(read) as Values<OptionsOf<Name>>, positionals }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usageOf(name)}`)
    process.exit(2)
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${option} is a whole number, not "${text}".`)
  return Number(text)
}
