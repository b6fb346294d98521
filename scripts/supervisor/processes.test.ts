import { describe, expect, it } from '@jest/globals'
import { CONTEXTS, NAMES, type Name, type Surroundings, specsOf } from './processes.ts'

const ports = Object.fromEntries(NAMES.map((name, index) => [name, [20_000 + index]])) as Record<Name, number[]>
const surroundings: Surroundings = {
  ports: { ...ports, router: [4000, 4001] },
  databases: Object.fromEntries(CONTEXTS.map((name) => [name, `postgres://${name}@here/${name}`])),
  natsUrl: 'nats://here',
  issuer: { url: 'http://localhost:4090', port: 4090 },
  secret: (name) => `secret of ${name}`,
  production: false,
  environment: { LOG_LEVEL: 'debug', PAY_WITHIN_MS: '2000', DATABASE_URL: 'postgres://administrator', HOME: '/root' },
  compileCache: '/nowhere',
  providerBook: '/tmp/book.jsonl',
}
const specs = specsOf(surroundings)
const envOf = (name: Name, among = specs) => among.find((spec) => spec.name === name)?.env ?? {}

describe('the table of processes', () => {
  it('has one for every port, replicas counted from 1', () => {
    expect(specs).toHaveLength(NAMES.length + 1)
    expect(specs.filter(({ name }) => name === 'router')).toMatchObject([
      { replica: 1, port: 4000, env: { PORT: '4000', REPLICA: '1' } },
      { replica: 2, port: 4001, env: { PORT: '4001', REPLICA: '2' } },
    ])
  })

  it('gives each its own database and nobody another’s', () => {
    for (const { name, env } of specs) {
      const own = CONTEXTS.find((context) => context === name)
      expect(env.DATABASE_URL).toBe(own && `postgres://${own}@here/${own}`)
      const others = CONTEXTS.filter((context) => context !== name).map((context) => `postgres://${context}@`)
      for (const other of others) expect(JSON.stringify(env)).not.toContain(other)
    }
  })

  it('gives of the operator’s environment only what a process is meant to have', () => {
    expect(envOf('order')).toMatchObject({ LOG_LEVEL: 'debug', PAY_WITHIN_MS: '2000' })
    expect(envOf('store').PAY_WITHIN_MS).toBeUndefined()
    const asked = specsOf({ ...surroundings, production: true, environment: { GRAPHIQL: 'on' } })
    expect(envOf('router', asked)).toMatchObject({ NODE_ENV: 'production', GRAPHIQL: 'on' })
    for (const { env } of specs) {
      expect(env.HOME).toBeUndefined()
      expect(JSON.stringify(env)).not.toContain('administrator')
    }
  })

  it('tells the router where all contexts are', () => {
    const urls = CONTEXTS.map((name) => `${name}=http://127.0.0.1:${ports[name][0]}/graphql`)
    expect(envOf('router').SUBGRAPH_URLS?.split(',')).toEqual(urls)
    expect(envOf('order').PAYMENT_URLS).toBe(`http://127.0.0.1:${ports.payment[0]}`)
  })

  it('counts the routers from the port that was asked for, if any was', () => {
    const portsOf = (environment: NodeJS.ProcessEnv) =>
      specsOf({ ...surroundings, environment }).flatMap(({ name, env }) =>
        name === 'router' ? [env.METRICS_PORT] : [],
      )
    expect(portsOf({ METRICS_PORT: '9100' })).toEqual(['9100', '9101'])
    expect(portsOf({ METRICS_PORT: '0' })).toEqual(['0', '0'])
    expect(portsOf({})).toEqual([undefined, undefined])
  })

  it('opens no demo tokens in production', () => {
    const production = specsOf({ ...surroundings, production: true })
    expect(envOf('account').DEMO_SECRET).toBe('secret of demo')
    expect(envOf('account', production)).toMatchObject({ NODE_ENV: 'production' })
    for (const { env } of production) expect(JSON.stringify(env)).not.toContain('secret of demo')
  })
})
