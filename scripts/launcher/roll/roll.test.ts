import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { UserError } from '../../user-error.ts'
import type { Deployment } from '../supervisor/processes.ts'
import type { Spec } from '../supervisor/spec.ts'
import { OWN_CHECKOUT } from '../supervisor/task.ts'
import { createRoll } from './roll.ts'

let root: string
let done: string[]
let lines: string[]
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flower-roll-'))
  done = []
  lines = []
  write('scripts/compose-schema.ts', 'process.exit(0)')
  write('schema/nats-users.conf', readFileSync(join(OWN_CHECKOUT.root, 'schema/nats-users.conf'), 'utf8'))
  release(['order', 'item', 'provider', 'router'])
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const program = (name: string, of: string) => ({
  ...{ name, replica: 1, port: 1, tier: name === 'router' ? 'edge' : 'service' },
  ...{ command: [of], env: {}, cwd: of },
})
/** Has the checkout print these programs. */
const release = (names: string[]) =>
  write(
    'scripts/launcher/roll/programs.ts',
    `console.log('${JSON.stringify(names.map((name) => program(name, 'new')))}')`,
  )

const deployment: Deployment = {
  ports: { router: [1] },
  databases: {},
  natsUrl: () => 'nats://here',
  issuer: { url: 'http://here', port: 2 },
  secret: () => '',
  nodeEnv: 'test',
  provider: 'sandbox',
  environment: {},
  compileCache: '',
  providerBook: '',
  auditDir: '',
}
/** Rolls a system of four processes, of which the named one never becomes ready with the new code. */
function rolling({
  broken,
  migrates = true,
  ownsNats = true,
}: {
  broken?: string
  migrates?: boolean
  ownsNats?: boolean
} = {}) {
  let running = [...['item', 'order', 'provider', 'router'].map((name) => program(name, 'old'))] as Spec[]
  const roll = createRoll({
    supervisor: {
      specs: () => running,
      async replace(spec) {
        if (spec.name === broken && spec.cwd === 'new') throw new UserError(`${spec.name} did not start.`)
        done.push(`${spec.name} ${spec.cwd}`)
        running = running.map((one) => (one.name === spec.name ? spec : one))
        return { left: Promise.resolve() }
      },
    },
    deployment,
    secretsFile: '/nowhere',
    migrate: async (checkout) => {
      if (!migrates) throw new UserError('The migration failed.')
      done.push(`migrated by ${checkout.root}`)
    },
    ownsNats,
    stopping: new AbortController().signal,
  })
  return roll(root, (line) => lines.push(line))
}

describe('a roll', () => {
  it('checks, migrates, and replaces all processes but the sandbox, in the release’s order', async () => {
    await rolling()
    expect(done).toEqual([`migrated by ${root}`, 'order new', 'item new', 'router new'])
    expect(lines.at(-1)).toBe('Done: 3 processes are replaced, and the old ones have ended.')
  })

  it('changes nothing if the check fails', async () => {
    write('scripts/compose-schema.ts', 'console.log("Out of date: schema/api.graphql"); process.exit(1)')
    await expect(rolling()).rejects.toThrow('Checking its schema failed: exit code 1.\nOut of date: schema/api.graphql')
    expect(done).toEqual([])
  })

  it('replaces nothing if the migration fails', async () => {
    await expect(rolling({ migrates: false })).rejects.toThrow('The migration failed.')
    expect(done).toEqual([])
  })

  it('goes back with what it has replaced if a process does not become ready', async () => {
    await expect(rolling({ broken: 'router' })).rejects.toThrow(
      'router did not start.\nBack at the code before: item, order.',
    )
    expect(done.slice(1)).toEqual(['order new', 'item new', 'item old', 'order old'])
  })

  it.each([
    ['more', ['item', 'order', 'provider', 'router', 'shop']],
    ['fewer', ['item', 'provider', 'router']],
  ])('is refused if the release has %s processes than run', async (_, names) => {
    release(names)
    await expect(rolling()).rejects.toThrow('Stop them, and run npm start there.')
    expect(done).toEqual([])
  })

  it('is refused if its services need other rights at our NATS; an operator’s own has been changed before', async () => {
    write('schema/nats-users.conf', 'others')
    await expect(rolling()).rejects.toThrow('other rights at NATS')
    expect(done).toEqual([])
    await rolling({ ownsNats: false })
  })

  it('is refused if the folder is no checkout', async () => {
    rmSync(join(root, 'scripts'), { recursive: true })
    await expect(rolling()).rejects.toThrow(`${root} is no checkout that can be rolled to.`)
  })
})
