// npm run help [COMMAND]: what there is to run. Plain JavaScript without dependencies: it answers before anything is installed.
import { readFileSync } from 'node:fs'

const commands = JSON.parse(readFileSync(new URL('./commands.json', import.meta.url), 'utf8'))

/** Whether there is such a command. */
export const isCommand = (name) => Object.hasOwn(commands, name)

/** What to type for a command. */
const typed = (name) => (name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`)

/** One command: how it is called, what it does, its options. */
export function usageOf(name) {
  const { does, arguments: given, options = {} } = commands[name]
  const call = [typed(name), ...(given || Object.keys(options).length ? ['--'] : [])]
  if (given) call.push(given)
  if (Object.keys(options).length) call.push('[options]')
  const lines = Object.entries(options).map(([option, { value, default: otherwise, does: what }]) => {
    const left = value ? `--${option} ${value}` : `--${option}`
    return `  ${left.padEnd(24)} ${what}${otherwise ? ` (${otherwise})` : ''}`
  })
  return [`Usage: ${call.join(' ')}`, `  ${does}`, ...(lines.length ? ['', ...lines] : [])].join('\n')
}

/** All commands, by what they are for. */
export function overview() {
  const groups = new Map()
  for (const [name, { group, arguments: given, does }] of Object.entries(commands)) {
    const call = given ? `${typed(name)} -- ${given}` : typed(name)
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
