import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { CALLS, CONTEXTS, inCapitals, keyName } from '../../scripts/contexts.mjs'
import { composeFile } from '../../scripts/deployment/compose-file.ts'
import { connections } from '../../scripts/deployment/programs.ts'
import { settingsOf } from '../../scripts/docker-env.mjs'
import { connectionsOf, OWNER_CONNECTIONS } from '../../scripts/launcher/infrastructure/databases.ts'
import { ADMIN, natsUsers, passwordVariable, usersFile } from '../../scripts/launcher/infrastructure/nats-users.ts'
import { LOGS_WITHOUT_VALUES } from '../../scripts/launcher/infrastructure/postgres.ts'
import { complaints, unknownVariables } from '../testing/readers.ts'

type Service = {
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  profiles?: string[]
  env_file?: unknown
  image: string
  networks?: string[]
  build?: unknown
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  mem_limit?: string
  init?: boolean
  restart?: string
  healthcheck?: { disable?: boolean; test?: string[] }
  ports?: string[]
}

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
const development = settingsOf('development')
const provider = {
  PROVIDER_URL: 'https://provider.example',
  PROVIDER_TOKEN: 'credential-of-the-provider',
  MESSAGE_URL: 'https://gateway.example',
  MESSAGE_TOKEN: 'credential-of-the-gateway',
}
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
  const filled = parse(text, (_, value) => (typeof value === 'string' ? fill(value) : value))
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
  ...Object.fromEntries([...CONTEXTS, 'router', 'streams'].map((name) => [passwordVariable(name), ['nats', name]])),
  CURSOR_SECRET: ['router'],
  ...Object.fromEntries(CALLS.map((call) => [keyName(call), [...call]])),
  KEY_SECRET: ['account'],
  LINK_SECRET: ['delivery'],
  MEDIA_SECRET: ['media'],
  PHOTO_KEY_ITEM: ['item', 'media'],
  PHOTO_KEY_STORE: ['store', 'media'],
  PHOTO_KEY_DELIVERY: ['delivery', 'media'],
  ...Object.fromEntries(CONTEXTS.map((name) => [`DATABASE_PASSWORD_${inCapitals(name)}`, ['databases', name]])),
  ...Object.fromEntries(
    CONTEXTS.map((name) => [`DATABASE_OWNER_PASSWORD_${inCapitals(name)}`, ['databases', 'migrate']]),
  ),
  DEMO_SECRET: ['account', 'demo'],
  PROVIDER_TOKEN: ['payment', 'provider'],
  MESSAGE_TOKEN: ['account'],
}
const NO_SECRETS = ['FLOWER_ENV', 'COMPOSE_PROFILES', 'PROVIDER_URL', 'MESSAGE_URL']

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
      expect([name, unknownVariables(command, given)]).toEqual([name, []])
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

  it('connects each program to NATS by its own user, whom NATS knows', async () => {
    const services = Object.fromEntries(startedBy(env))
    const users = await natsUsers()
    const password = (user: string) => env[passwordVariable(user)]
    for (const name of [...CONTEXTS, 'router', 'streams']) {
      const url = `nats://${name}:${password(name)}@nats:4222`
      expect([name, services[name]?.environment?.NATS_URL]).toEqual([name, url])
    }
    const quoted = [ADMIN, ...users.map(({ name }) => name)].map((user) => [
      passwordVariable(user),
      `"${password(user)}"`,
    ])
    expect(services.nats?.environment).toEqual(Object.fromEntries(quoted))
    expect(readFileSync(new URL('../../schema/nats-users.conf', import.meta.url), 'utf8')).toBe(await usersFile())
    expect(services.nats?.volumes).toContain('./schema/nats-users.conf:/etc/nats/nats-users.conf:ro')
  })

  it('has no container that can read .env, or change the code that runs', () => {
    for (const [name, { volumes = [], env_file, read_only }] of startedBy(env)) {
      expect([name, env_file]).toEqual([name, undefined])
      if (name !== 'postgres') expect([name, read_only]).toEqual([name, true])
      const ofHost = volumes.filter((volume) => /^[./~]/.test(volume)).map((volume) => volume.split(':'))
      const check = './deploy/images/server-health-check'
      const expected: { [name: string]: string[] } = {
        nats: ['./deploy/images/nats.conf', './schema/nats-users.conf', check],
        postgres: [check],
      }
      expect([name, ofHost.map(([from]) => from)]).toEqual([name, expected[name] ?? []])
      for (const [from, , mode] of ofHost) expect([name, from, mode]).toEqual([name, from, 'ro'])
    }
  })

  it('lets those connect who must, and nobody else', async () => {
    const services = startedBy(env)
    const together = services.flatMap(([one, { networks: its = [] }]) =>
      services
        .filter(([other, { networks = [] }]) => one < other && networks.some((network) => its.includes(network)))
        .map(([other]) => `${one} ${other}`),
    )
    const started = services.map(([name]) => name)
    const wanted = (await connections(environment === 'development'))
      .filter(({ from, to }) => started.includes(from) && started.includes(to))
      .map(({ from, to }) => [from, to].sort().join(' '))
    // The two servers of a context share its network; so do the two jobs.
    const harmless = ['nats postgres', 'databases migrate']
    expect([...new Set(together)].sort()).toEqual([...new Set([...wanted, ...harmless])].sort())
  })
})

describe('docker-compose.yml', () => {
  it('is what the list of programs makes', async () => {
    expect(text).toBe(await composeFile())
  })

  it('runs our code by one image, without rights, within limits', () => {
    const services = Object.entries(servicesBy(development))
    for (const [name, service] of services) {
      expect([name, service]).toEqual([name, expect.objectContaining({ cap_drop: ['ALL'] })])
      expect([name, service.security_opt, service.mem_limit]).toEqual([
        name,
        ['no-new-privileges:true'],
        expect.stringMatching(/^\d+[mg]$/),
      ])
    }
    const ours = services.filter(runsOurCode)
    expect(ours.map(([, { image }]) => image)).toEqual(ours.map(() => 'flower-delivery'))
    expect(ours.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['databases'])
  })

  it('has an init for the health check to end a program that hangs, and starts it again', () => {
    const jobs = ['databases', 'migrate', 'demo']
    for (const [name, { init, restart, healthcheck }] of Object.entries(servicesBy(development)).filter(runsOurCode)) {
      if (jobs.includes(name)) expect([name, healthcheck]).toEqual([name, { disable: true }])
      else expect([name, init, restart, healthcheck]).toEqual([name, true, 'unless-stopped', undefined])
    }
    for (const name of ['postgres', 'nats']) {
      const { init, restart, healthcheck, volumes = [] } = servicesBy(development)[name] ?? {}
      const [, program = ''] = healthcheck?.test ?? []
      expect([name, init, restart]).toEqual([name, true, 'unless-stopped'])
      expect(volumes).toContain(`./deploy/images/server-health-check:${program}:ro`)
    }
  })

  it('publishes the API and the issuer on this machine only', () => {
    const published = Object.entries(servicesBy(development)).flatMap(([, { ports = [] }]) => ports)
    expect(published.sort()).toEqual(['127.0.0.1:4000:8080', '127.0.0.1:4090:4090'])
  })

  it.each([
    [1, undefined],
    [2, undefined],
    [6, 30],
    [2, 3],
  ])('gives PostgreSQL the connections that all roles may have with %i processes of pools of %s', (instances, pool) => {
    const settings = { INSTANCES: String(instances), ...(pool && { DATABASE_CONNECTIONS: String(pool) }) }
    const { postgres, databases, order } = servicesBy({ ...production, ...settings })
    const given = postgres?.environment ?? {}
    expect(databases?.environment).toMatchObject(settings)
    expect(databases?.environment?.DATABASE_CONNECTIONS).toBe(order?.environment?.DATABASE_CONNECTIONS)
    const script = postgres?.command?.at(-1)?.replace('exec docker-entrypoint.sh', 'echo') ?? ''
    const printed = execFileSync('sh', ['-c', script], { env: given, encoding: 'utf8' })
    const most = Number(/max_connections=(\d+)/.exec(printed)?.[1])
    expect(most).toBeGreaterThan(CONTEXTS.length * (connectionsOf(instances, pool) + OWNER_CONNECTIONS))
    for (const [name, value] of Object.entries(LOGS_WITHOUT_VALUES)) expect(printed).toContain(`-c ${name}=${value}`)
  })

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
    const { account } = servicesBy({ ...production, MESSAGE_URL: '', MESSAGE_TOKEN: '' })
    expect(complaints(account?.command ?? [], account?.environment ?? {})).toEqual([
      'MESSAGE_URL: missing',
      'MESSAGE_TOKEN: missing',
    ])
  })
})
