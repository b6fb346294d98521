import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { complaints } from '../../../proofs/testing/readers.ts'
import { routerConfig } from '../../../router/config.ts'
import { accountConfig } from '../../../subgraphs/account/config.ts'
import { CALLS, CONTEXTS } from '../../contexts.mjs'
import { type Deployment, NAMES, ROUTER_NODE_ARGS, specsOf } from './processes.ts'

const ports = Object.fromEntries(NAMES.map((name, index) => [name, [20_000 + index]]))
const surroundings: Deployment = {
  ports: { ...ports, router: [4000, 4001] },
  databases: Object.fromEntries(CONTEXTS.map((name) => [name, `postgres://${name}@here/${name}`])),
  natsUrl: (program) => `nats://${program}@here`,
  issuer: { url: 'http://localhost:4090', port: 4090 },
  secret: (name) => `secret of ${name}`,
  nodeEnv: 'development',
  provider: 'sandbox',
  environment: { LOG_LEVEL: 'debug', PAY_WITHIN_MS: '2000', DATABASE_URL: 'postgres://administrator', HOME: '/root' },
  compileCache: '/nowhere',
  providerBook: '/tmp/book.jsonl',
  auditDir: '/tmp/audit',
}
const production: Deployment = {
  ...surroundings,
  nodeEnv: 'production',
  provider: { url: 'https://provider.example', token: 'credential of the provider' },
}
const specs = specsOf(surroundings)

/** The settings that have a secret in them. */
const OF_CONTEXT = ['CALLER_KEYS', 'DATABASE_URL', 'NATS_URL']
const MORE_OF: Record<string, string[]> = {
  account: ['DEMO_SECRET', 'KEY_SECRET'],
  delivery: ['LINK_SECRET', 'PHOTO_KEY'],
  item: ['PHOTO_KEY'],
  media: ['MEDIA_SECRET', 'PHOTO_KEY_DELIVERY', 'PHOTO_KEY_ITEM', 'PHOTO_KEY_STORE'],
  order: ['CONTEXT_KEYS'],
  payment: ['PROVIDER_TOKEN'],
  store: ['PHOTO_KEY'],
}
const OF_OTHERS = {
  router: ['CONTEXT_KEYS', 'CURSOR_SECRET', 'NATS_URL'],
  provider: ['PROVIDER_TOKEN'],
  streams: ['NATS_URL'],
}
const envOf = (name: string, among = specs) => among.find((spec) => spec.name === name)?.env ?? {}

describe('the table of processes', () => {
  it('has one for every port, replicas counted from 1', () => {
    expect(specs).toHaveLength(NAMES.length + 1)
    expect(specs.filter(({ name }) => name === 'router')).toMatchObject([
      { replica: 1, port: 4000, env: { PORT: '4000', REPLICA: '1' } },
      { replica: 2, port: 4001, env: { PORT: '4001', REPLICA: '2' } },
    ])
  })

  it('gives each context its own database only', () => {
    for (const { name, env } of specs) {
      const own = CONTEXTS.find((context) => context === name)
      expect(env.DATABASE_URL).toBe(own && `postgres://${own}@here/${own}`)
      const others = CONTEXTS.filter((context) => context !== name).map((context) => `postgres://${context}@`)
      for (const other of others) expect(JSON.stringify(env)).not.toContain(other)
    }
  })

  it('gives each program the secrets that it needs, and no other', () => {
    const isSecret = ([name, value]: [string, string]) =>
      /(^|_)(SECRET|PASSWORD|TOKEN|KEY)$/.test(name) || /secret of|:\/\/[^/]+@/.test(value)
    const secretsOf = ({ env }: (typeof specs)[number]) => Object.entries(env).filter(isSecret)
    const listed = specs.map((spec) => [
      spec.name,
      secretsOf(spec)
        .map(([name]) => name)
        .sort(),
    ])
    const ofContexts = CONTEXTS.map((name) => [name, [...OF_CONTEXT, ...(MORE_OF[name] ?? [])].sort()])
    expect(Object.fromEntries(listed)).toEqual({ ...Object.fromEntries(ofContexts), ...OF_OTHERS })
  })

  it('gives each program that uses NATS its own user, and no other’s', () => {
    const withNats = specs.filter(({ env }) => env.NATS_URL)
    expect(new Set(withNats.map(({ name }) => name))).toEqual(new Set([...CONTEXTS, 'router', 'streams']))
    for (const { name, env } of withNats) expect(env.NATS_URL).toBe(`nats://${name}@here`)
  })

  it('passes on only the listed variables of the operator’s environment', () => {
    expect(envOf('order')).toMatchObject({ LOG_LEVEL: 'debug', PAY_WITHIN_MS: '2000' })
    expect(envOf('store').PAY_WITHIN_MS).toBeUndefined()
    const asked = specsOf({ ...production, environment: { GRAPHIQL: 'on' } })
    expect(envOf('router', asked)).toMatchObject({ NODE_ENV: 'production', GRAPHIQL: 'on' })
    for (const { env } of specs) {
      expect(env.HOME).toBeUndefined()
      expect(JSON.stringify(env)).not.toContain('administrator')
    }
  })

  it('gives everybody who uses NATS the settings of its TLS, and the replicas to who keeps the streams', () => {
    const environment = { NATS_TLS_CA: '/ca.pem', STREAM_REPLICAS: '3', DATABASE_CONNECTIONS: '4' }
    const changed = specsOf({ ...surroundings, environment })
    const receiversOf = (setting: string) =>
      changed.flatMap(({ name, replica, env }) => (setting in env && replica === 1 ? [name] : []))
    expect(receiversOf('NATS_TLS_CA')).toEqual([...CONTEXTS, 'streams', 'router'])
    expect(receiversOf('STREAM_REPLICAS')).toEqual(['streams'])
    expect(receiversOf('DATABASE_CONNECTIONS')).toEqual(CONTEXTS)
  })

  it('gives the router its memory settings, and only it, wherever it is started', () => {
    for (const { name, command } of specs)
      expect(ROUTER_NODE_ARGS.every((arg) => command.includes(arg))).toBe(name === 'router')
    const root = resolve(import.meta.dirname, '../../..')
    const textOf = (file: string) => readFileSync(resolve(root, file), 'utf8')
    expect(textOf('package.json')).toContain(`node ${ROUTER_NODE_ARGS.join(' ')} router/main.ts`)
  })

  it('gives the router the URLs of all contexts', () => {
    const urls = CONTEXTS.map((name) => `${name}=http://127.0.0.1:${ports[name]?.[0]}/graphql`)
    expect(envOf('router').SUBGRAPH_URLS?.split(',')).toEqual(urls)
    expect(envOf('order').PAYMENT_URLS).toBe(`http://127.0.0.1:${ports.payment?.[0]}`)
  })

  it('has one audience of tokens for account and router, whether the operator names it or not', () => {
    const secret = (name: string) => name.padEnd(32, '.')
    for (const environment of [{}, { JWT_AUDIENCE: '' }, { JWT_AUDIENCE: 'https://api.example' }]) {
      const among = specsOf({ ...surroundings, secret, environment })
      const account = accountConfig.parse(envOf('account', among)).JWT_AUDIENCE
      expect(envOf('router', among).JWT_AUDIENCE).toBe(account)
      expect(account).toBe(environment.JWT_AUDIENCE || 'urn:flower-delivery:api')
    }
  })

  it('tells the router where account’s revocations are, beside its issuer', () => {
    const [issuer] = routerConfig(
      ['--supergraph', 'any'],
      envOf('router', specsOf({ ...surroundings, secret: (name) => name.padEnd(32, '.') })),
    ).JWT_ISSUERS
    const at = 'http://127.0.0.1:4090'
    expect(issuer).toEqual({
      issuer: 'http://localhost:4090',
      jwksUri: `${at}/jwks`,
      revocationsUri: `${at}/revocations`,
    })
  })

  it('numbers the metrics ports of all processes from METRICS_PORT, if it is set, the routers’ first', () => {
    const portsBy = (environment: NodeJS.ProcessEnv) => {
      const specs = specsOf({ ...surroundings, environment })
      for (const { env, sockets } of specs) {
        const handed = sockets?.find(({ name }) => name === 'metrics')
        expect(handed && String(handed.port)).toBe(env.METRICS_PORT)
      }
      return Object.fromEntries(specs.map(({ name, replica, env }) => [`${name} ${replica}`, env.METRICS_PORT]))
    }
    const others = NAMES.filter((name) => name !== 'router').map((name, index) => [`${name} 1`, String(9102 + index)])
    expect(portsBy({ METRICS_PORT: '9100' })).toEqual({
      'router 1': '9100',
      'router 2': '9101',
      ...Object.fromEntries(others),
    })
    expect(new Set(Object.values(portsBy({ METRICS_PORT: '0' })))).toEqual(new Set(['0']))
    expect(new Set(Object.values(portsBy({})))).toEqual(new Set([undefined]))
  })

  it('gives every process its NODE_ENV', () => {
    for (const nodeEnv of ['development', 'test'] as const)
      for (const { env } of specsOf({ ...surroundings, nodeEnv })) expect(env.NODE_ENV).toBe(nodeEnv)
    for (const { env } of specsOf(production)) expect(env.NODE_ENV).toBe('production')
  })

  it('gives no demo tokens in production', () => {
    expect(envOf('account').DEMO_SECRET).toBe('secret of demo')
    for (const { env } of specsOf(production)) expect(JSON.stringify(env)).not.toContain('secret of demo')
  })

  it('gives each pair of a caller and its receiver a key of its own, which no other program has', () => {
    for (const [caller, receiver] of CALLS) {
      const key = `secret of context.${caller}-${receiver}`
      const knowing = specs.filter(({ env }) => Object.values(env).some((value) => value.split(/[=,]/).includes(key)))
      expect(new Set(knowing.map(({ name }) => name))).toEqual(new Set([caller, receiver]))
      expect(envOf(caller).CONTEXT_KEYS?.split(',')).toContain(`${receiver}=${key}`)
      expect(envOf(receiver).CALLER_KEYS?.split(',')).toContain(`${caller}=${key}`)
    }
  })

  it('lets my-page call nobody, and order only payment', () => {
    expect(envOf('my-page').CONTEXT_KEYS).toBeUndefined()
    expect(envOf('order').CONTEXT_KEYS).toBe('payment=secret of context.order-payment')
    const callers = (name: string) =>
      envOf(name)
        .CALLER_KEYS?.split(',')
        .map((entry) => entry.split('=')[0])
    expect([callers('delivery'), callers('payment')]).toEqual([['router'], ['router', 'order']])
  })

  it('signs the cursors of all routers with one secret, which is no context’s', () => {
    const knowing = specs.filter(({ env }) => JSON.stringify(env).includes('secret of cursors'))
    expect(knowing.map(({ name }) => name)).toEqual(['router', 'router'])
  })

  it('uses the sandbox, with a token that only it and payment have', () => {
    const url = `http://127.0.0.1:${ports.provider?.[0]}`
    expect(envOf('payment')).toMatchObject({ PROVIDER_URL: url, PROVIDER_TOKEN: 'secret of provider' })
    expect(envOf('provider')).toMatchObject({ PROVIDER_TOKEN: 'secret of provider' })
    const knowing = specs.filter(({ env }) => JSON.stringify(env).includes('secret of provider'))
    expect(knowing.map(({ name }) => name)).toEqual(['payment', 'provider'])
  })

  it.each(['production', 'development'] as const)('has no sandbox if a provider is set (%s)', (nodeEnv) => {
    const specs = specsOf({ ...production, nodeEnv })
    expect(specs.map(({ name }) => name)).not.toContain('provider')
    expect(envOf('payment', specs)).toMatchObject({
      PROVIDER_URL: 'https://provider.example',
      PROVIDER_TOKEN: 'credential of the provider',
    })
    const knowing = specs.filter(({ env }) => JSON.stringify(env).includes('credential of the provider'))
    expect(knowing.map(({ name }) => name)).toEqual(['payment'])
    for (const { env } of specs) expect(JSON.stringify(env)).not.toContain('secret of provider')
  })

  it('gives each program an environment that its schema accepts', () => {
    const secret = (name: string) => name.padEnd(40, 'x')
    const provider = { url: 'https://provider.example', token: 'sk_live' }
    const environment = { MESSAGE_URL: 'https://gateway.example', MESSAGE_TOKEN: 'credential-of-the-gateway' }
    for (const changed of [{}, { provider }, { nodeEnv: 'production', provider, environment }] as const)
      for (const { name, env, command } of specsOf({ ...surroundings, secret, ...changed }))
        expect([name, complaints(command, env)]).toEqual([name, []])
  })
})
