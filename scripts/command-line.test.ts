import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { commandLine } from './command-line.ts'
import { overview, usageOf } from './help.mjs'

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
const scripts: Record<string, string> = json('../package.json').scripts
const commands: Record<string, { options?: object }> = json('./commands.json')

describe('the commands', () => {
  it('are explained: exactly those of package.json', () => {
    expect(Object.keys(commands).sort()).toEqual(Object.keys(scripts).sort())
    for (const name of Object.keys(scripts)) expect(overview()).toContain(name)
  })

  it.each(Object.keys(commands))('explain their purpose and options: %s', (name) => {
    const usage = usageOf(name)
    expect(usage).toMatch(/^Usage: npm .+\n {2}\S.+/)
    for (const option of Object.keys(commands[name]?.options ?? {})) expect(usage).toContain(`--${option}`)
  })

  it('are explained by --help instead of being run', () => {
    const bootstrap = new URL('./bootstrap.mjs', import.meta.url).pathname
    const env = { PATH: process.env.PATH, npm_lifecycle_event: 'simulate' }
    const { stdout, status } = spawnSync(process.execPath, [bootstrap, 'node', 'x.ts', '--help'], {
      env,
      encoding: 'utf8',
    })
    expect([stdout.trim(), status]).toEqual([usageOf('simulate'), 0])
  })
})

describe('a command line', () => {
  it('has the defaults, and given values in their default’s type', () => {
    expect(commandLine('simulate', ['--seeds', '7']).options).toEqual({
      seeds: 7,
      from: 1,
      plant: undefined,
      plan: undefined,
    })
    expect(commandLine('introspect', ['order']).positionals).toEqual(['order'])
  })

  it.each<[string, string[], RegExp, ('simulate' | 'explain' | 'token')?]>([
    ['an unknown option', ['--sedes', '7'], /Unknown option '--sedes'[\s\S]*Usage: npm run simulate/],
    ['a number that is none', ['--seeds', 'many'], /--seeds is a whole number, not "many"\.\n\nUsage/],
    ['an argument too many', ['7'], /Unexpected argument '7'[\s\S]*Usage/],
    [
      'no option where there has to be one',
      ['--name', 'A'],
      /--operation is missing\.\n\nUsage: npm run explain/,
      'explain',
    ],
    ['no argument where there has to be one', [], /NAME is missing\.\n\nUsage: npm run token -- NAME/, 'token'],
  ])('with %s is answered with the usage, and no stack trace', (_, args, message, name = 'simulate') => {
    const program = `import { commandLine } from ${JSON.stringify(new URL('./command-line.ts', import.meta.url))}
      commandLine('${name}', ${JSON.stringify(args)})`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('    at ')
    expect(status).toBe(2)
  })
})
