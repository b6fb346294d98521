// npm run help [COMMAND]: what there is to run. Plain JavaScript without dependencies: it answers before anything is installed.
import { readFileSync } from 'node:fs'

const commands = JSON.parse(readFileSync(new URL('./commands.json', import.meta.url), 'utf8'))

/** Whether there is such a command. */
export const isCommand = (name) => Object.hasOwn(commands, name)

/** The command line that runs a command. */
const invocation = (name) => (name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`)

/** A command's usage: invocation, purpose and options. */
export function usageOf(name) {
  const { does, arguments: args, options = {} } = commands[name]
  const call = [invocation(name), ...(args || Object.keys(options).length ? ['--'] : [])]
  if (args) call.push(args)
  if (Object.keys(options).length) call.push('[options]')
  const lines = Object.entries(options).map(([option, { value, default: defaultValue, does: what }]) => {
    const left = value ? `--${option} ${value}` : `--${option}`
    return `  ${left.padEnd(24)} ${what}${defaultValue ? ` (${defaultValue})` : ''}`
  })
  return [`Usage: ${call.join(' ')}`, `  ${does}`, ...(lines.length ? ['', ...lines] : [])].join('\n')
}

/** All commands, grouped by purpose. */
export function overview() {
  const groups = new Map()
  for (const [name, { group, arguments: args, does }] of Object.entries(commands)) {
    const call = args ? `${invocation(name)} -- ${args}` : invocation(name)
    groups.set(group, [...(groups.get(group) ?? []), `  ${call.padEnd(32)} ${does}`])
  }
  const blocks = [...groups].map(([group, lines]) => [group, ...lines].join('\n'))
  return [...blocks, 'Each command explains its options: npm run COMMAND -- --help'].join('\n\n')
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
  if (name && !isCommand(name)) {
    console.error(`There is no command "${name}".\n\n${overview()}`)
    process.exitCode = 2
  } else console.log(name ? usageOf(name) : overview())
}
