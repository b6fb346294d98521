import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { CONTEXTS, inCapitals } from '../../scripts/contexts.mjs'
import { settingsOf } from '../../scripts/docker-env.mjs'
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

/** The services as Compose sees them: `.env` filled in everywhere, whatever the profile; throws where `:?` wants more. */
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
const runsOurs = ([, { command = [] }]: [string, Service]) => command[0] === 'node'

/** Whose business each secret is. */
const KNOWN_TO: Record<string, string[]> = {
  POSTGRES_PASSWORD: ['postgres', 'databases'],
  NATS_PASSWORD: ['nats', ...CONTEXTS.filter((name) => name !== 'account'), 'router'],
  CONTEXT_SECRET: [...CONTEXTS, 'router'],
  KEY_SECRET: ['account'],
  ...Object.fromEntries(CONTEXTS.map((name) => [`DATABASE_PASSWORD_${inCapitals(name)}`, ['databases', name]])),
  DEMO_SECRET: ['account', 'demo'],
  PROVIDER_TOKEN: ['payment', 'provider'],
}
const NO_SECRETS = ['FLOWER_ENV', 'COMPOSE_PROFILES', 'PROVIDER_URL']

describe.each([
  ['development', development],
  ['production', production],
])('docker-compose.yml in %s', (environment, env) => {
  it('gives every program an environment that its own reader takes', () => {
    const programs = startedBy(env).filter(runsOurs)
    // The contexts, router and databases; in development the sandbox and the demo, too.
    expect(programs.length).toBe(CONTEXTS.length + (environment === 'development' ? 4 : 2))
    for (const [name, { command = [], environment: given = {} }] of programs) {
      expect([name, complaints(command, given)]).toEqual([name, []])
      expect([name, given.NODE_ENV]).toEqual([name, environment])
      expect([name, existsSync(command.find((part) => part.endsWith('.ts')) ?? '')]).toEqual([name, true])
    }
  })

  it('tells each secret only to those whose business it is', () => {
    expect(Object.keys(env).filter((name) => !NO_SECRETS.includes(name) && !KNOWN_TO[name])).toEqual([])
    for (const [secret, owners] of Object.entries(KNOWN_TO)) {
      const value = env[secret]
      if (!value) continue
      const started = startedBy(env)
      const knowing = started.filter(([, service]) => JSON.stringify(service).includes(value)).map(([name]) => name)
      const wanted = started.map(([name]) => name).filter((name) => owners.includes(name))
      expect([secret, knowing.toSorted()]).toEqual([secret, wanted.toSorted()])
    }
  })

  it('has no container that sees .env, or could change what runs', () => {
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
  it('in production has neither sandbox nor demo shop, also if somebody asks for the profile', () => {
    const names = (env: Record<string, string>) => startedBy(env).map(([name]) => name)
    expect(names(development)).toEqual(expect.arrayContaining(['provider', 'demo']))
    for (const name of ['provider', 'demo']) {
      expect(names(production)).not.toContain(name)
      const { command = [], environment = {} } =
        servicesBy({ ...production, COMPOSE_PROFILES: 'development' })[name] ?? {}
      expect(complaints(command, environment)).toContainEqual(expect.stringMatching(/^NODE_ENV: /))
    }
  })

  it('is in production where .env does not say', () => {
    const { FLOWER_ENV: _, ...unsaid } = production
    for (const [name, { environment = {} }] of startedBy(unsaid).filter(runsOurs))
      expect([name, environment.NODE_ENV]).toEqual([name, 'production'])
  })

  it('does not start in production before the provider has been named', () => {
    expect(() => servicesBy(settingsOf('production'))).toThrow('PROVIDER_URL is missing a value')
    expect(() => servicesBy({ ...production, PROVIDER_TOKEN: '' })).toThrow('PROVIDER_TOKEN is missing a value')
    const { command = [], environment = {} } =
      servicesBy({ ...production, PROVIDER_URL: 'http://provider:8080' }).payment ?? {}
    expect(complaints(command, environment)).toEqual([expect.stringMatching(/^PROVIDER_URL: not https/)])
  })
})
