import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { CALLS, CONTEXTS, inCapitals, keyName } from '../../scripts/contexts.mjs'
import { settingsOf } from '../../scripts/docker-env.mjs'
import { ADMIN, natsUsers, passwordVariable, usersFile } from '../../scripts/launcher/infrastructure/nats-users.ts'
import { complaints } from '../testing/readers.ts'

type Service = {
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  profiles?: string[]
  env_file?: unknown
}

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
const development = settingsOf('development')
const provider = { PROVIDER_URL: 'https://provider.example', PROVIDER_TOKEN: 'credential-of-the-provider' }
const production: Record<string, string> = { ...settingsOf('production'), ...provider }

/** The services as Compose reads them, of all profiles, with `.env` substituted. Throws for a missing `:?` variable. */
function servicesBy(env: Record<string, string>): Record<string, Service> {
  const fill = (value: string) =>
    value.replaceAll(/\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g, (all, name, sign, rest) => {
      if (all === '$$') return '$'
      if (env[name]) return env[name]
      if (sign === '-') return rest
      throw new Error(`required variable ${name} is missing a value: ${rest}`)
    })
  const filled = parse(text, (_, value) => (typeof value === 'string' ? fill(value) : value), { merge: true })
  return (filled as { services: Record<string, Service> }).services // Compose's own shape
}

const startedBy = (env: Record<string, string>) =>
  Object.entries(servicesBy(env)).filter(
    ([, { profiles }]) => !profiles || profiles.some((profile) => env.COMPOSE_PROFILES === profile),
  )
const runsOurCode = ([, { command = [] }]: [string, Service]) => command[0] === 'node'

/** The services that need each secret. */
const NEEDED_BY: Record<string, string[]> = {
  POSTGRES_PASSWORD: ['postgres', 'databases'],
  NATS_PASSWORD: ['nats'],
  ...Object.fromEntries(
    [...CONTEXTS.filter((name) => name !== 'account'), 'router', 'streams'].map((name) => [
      passwordVariable(name),
      ['nats', name],
    ]),
  ),
  CURSOR_SECRET: ['router'],
  ...Object.fromEntries(CALLS.map((call) => [keyName(call), [...call]])),
  KEY_SECRET: ['account'],
  ...Object.fromEntries(CONTEXTS.map((name) => [`DATABASE_PASSWORD_${inCapitals(name)}`, ['databases', name]])),
  ...Object.fromEntries(
    CONTEXTS.map((name) => [`DATABASE_OWNER_PASSWORD_${inCapitals(name)}`, ['databases', 'migrate']]),
  ),
  DEMO_SECRET: ['account', 'demo'],
  PROVIDER_TOKEN: ['payment', 'provider'],
}
const NO_SECRETS = ['FLOWER_ENV', 'COMPOSE_PROFILES', 'PROVIDER_URL']

describe.each([
  ['development', development],
  ['production', production],
])('docker-compose.yml in %s', (environment, env) => {
  it('gives every program an environment that its settings schema accepts', () => {
    const programs = startedBy(env).filter(runsOurCode)
    // The contexts, router, databases, migrate and streams; in development the sandbox and the demo, too.
    expect(programs.length).toBe(CONTEXTS.length + (environment === 'development' ? 6 : 4))
    for (const [name, { command = [], environment: given = {} }] of programs) {
      expect([name, complaints(command, given)]).toEqual([name, []])
      expect([name, given.NODE_ENV]).toEqual([name, environment])
      expect([name, existsSync(command.find((part) => part.endsWith('.ts')) ?? '')]).toEqual([name, true])
    }
  })

  it('gives each secret only to the services that need it', () => {
    expect(Object.keys(env).filter((name) => !NO_SECRETS.includes(name) && !NEEDED_BY[name])).toEqual([])
    for (const [secret, owners] of Object.entries(NEEDED_BY)) {
      const value = env[secret]
      if (!value) continue
      const started = startedBy(env)
      const given = started.filter(([, service]) => JSON.stringify(service).includes(value)).map(([name]) => name)
      const expected = started.map(([name]) => name).filter((name) => owners.includes(name))
      expect([secret, given.toSorted()]).toEqual([secret, expected.toSorted()])
    }
  })

  it('connects each program to NATS by its own user, whom NATS knows, and account by none', async () => {
    const services = Object.fromEntries(startedBy(env))
    const users = await natsUsers()
    const password = (user: string) => env[passwordVariable(user)]
    for (const name of [...CONTEXTS, 'router', 'streams']) {
      const user = users.some((each) => each.name === name) ? `${name}:${password(name)}@` : ''
      expect([name, services[name]?.environment?.NATS_URL]).toEqual([name, `nats://${user}nats:4222`])
    }
    const quoted = [ADMIN, ...users.map(({ name }) => name)].map((user) => [
      passwordVariable(user),
      `"${password(user)}"`,
    ])
    expect(services.nats?.environment).toEqual(Object.fromEntries(quoted))
    expect(readFileSync(new URL('../../schema/nats-users.conf', import.meta.url), 'utf8')).toBe(await usersFile())
    expect(services.nats?.volumes).toContain('./schema/nats-users.conf:/etc/nats-users.conf:ro')
  })

  it('has no container that can read .env, or change the code that runs', () => {
    for (const [name, { volumes = [], env_file }] of startedBy(env)) {
      expect([name, env_file]).toEqual([name, undefined])
      for (const volume of volumes) {
        const [from = '', to, mode] = volume.split(':')
        const isOfHost = /^[./~]/.test(from)
        if (isOfHost) expect([name, volume, from.replace(/\/$/, '')]).not.toEqual([name, volume, '.'])
        if (isOfHost) expect([name, volume, mode]).toEqual([name, volume, 'ro'])
        if (to === '/app/node_modules' && name !== 'install') expect([name, mode]).toEqual([name, 'ro'])
      }
    }
  })
})

describe('docker-compose.yml', () => {
  it('in production has neither sandbox nor demo shop, even with their profile', () => {
    const names = (env: Record<string, string>) => startedBy(env).map(([name]) => name)
    expect(names(development)).toEqual(expect.arrayContaining(['provider', 'demo']))
    for (const name of ['provider', 'demo']) {
      expect(names(production)).not.toContain(name)
      const { command = [], environment = {} } =
        servicesBy({ ...production, COMPOSE_PROFILES: 'development' })[name] ?? {}
      expect(complaints(command, environment)).toContainEqual(expect.stringMatching(/^NODE_ENV: /))
    }
  })

  it('defaults to production if .env does not set FLOWER_ENV', () => {
    const { FLOWER_ENV: _, ...others } = production
    for (const [name, { environment = {} }] of startedBy(others).filter(runsOurCode))
      expect([name, environment.NODE_ENV]).toEqual([name, 'production'])
  })

  it('does not start in production without the settings of the provider', () => {
    expect(() => servicesBy(settingsOf('production'))).toThrow('PROVIDER_URL is missing a value')
    expect(() => servicesBy({ ...production, PROVIDER_TOKEN: '' })).toThrow('PROVIDER_TOKEN is missing a value')
    const { command = [], environment = {} } =
      servicesBy({ ...production, PROVIDER_URL: 'http://provider:8080' }).payment ?? {}
    expect(complaints(command, environment)).toEqual([expect.stringMatching(/^PROVIDER_URL: not https/)])
  })
})
