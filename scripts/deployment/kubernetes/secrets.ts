import { createHmac } from 'node:crypto'
import type { Secret } from 'kubernetes-types/core/v1.js'
import { ADMIN, natsUsers, passwordVariable } from '../../launcher/infrastructure/nats-users.ts'
import { demoOf, secretsIn } from '../programs.ts'
import { NAMESPACE } from './labels.ts'
import { DEVELOPMENT_SITE, migrationOf, programsOf, SITE } from './site.ts'

/** The key with which NATS' servers know each other. Whoever has the administrator's password needs it no more. */
const routesPassword = (adminPassword: string) =>
  createHmac('sha256', adminPassword).update('cluster routes').digest('hex')

/** NATS reads its variables as parts of its configuration, where 1e5 is a number unless it is in quotes. */
const quoted = (value: string) => JSON.stringify(value)

/**
 * A Secret for each program, for NATS and for PostgreSQL's administrator, each with what these need and nothing else; made from
 * the settings of scripts/docker-env.mjs. Throws if one is missing or empty, with its name.
 */
export async function secretsOf(settings: { [name: string]: string }, isDevelopment: boolean): Promise<Secret[]> {
  const value = (name: string) => {
    const found = settings[name]
    if (isDevelopment && OF_GATEWAY.includes(name)) return found ?? ''
    if (!found) throw new Error(`${name} has no value.`)
    return found
  }
  const site = isDevelopment ? DEVELOPMENT_SITE : SITE
  const programs = [...(await programsOf(site)), ...migrationOf(site), ...(isDevelopment ? [demoOf(site)] : [])]
  // The manifests of both environments take the provider's address from the Secret.
  const also = (name: string) => (name === 'payment' ? ['PROVIDER_URL', 'PROVIDER_TOKEN'] : [])
  const users = [ADMIN, ...(await natsUsers()).map(({ name }) => name)].map(passwordVariable)
  return [
    ...programs.flatMap(({ name, env }) => {
      const names = new Set([...secretsIn(env), ...also(name)])
      return names.size > 0 ? [secret(name, Object.fromEntries([...names].map((key) => [key, value(key)])))] : []
    }),
    secret('nats', {
      ...Object.fromEntries(users.map((key) => [key, quoted(value(key))])),
      NATS_ROUTES_PASSWORD: routesPassword(value(passwordVariable(ADMIN))),
    }),
    { ...secret('postgres-admin', { username: 'postgres', password: value('POSTGRES_PASSWORD') }), type: BASIC_AUTH },
  ]
}

/** The form in which an operator of PostgreSQL takes a password. */
const BASIC_AUTH = 'kubernetes.io/basic-auth'

/** Settings that are empty in development, where account has a sandbox for messages. */
const OF_GATEWAY = ['MESSAGE_URL', 'MESSAGE_TOKEN']

const secret = (name: string, stringData: { [key: string]: string }): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: NAMESPACE, labels: { 'app.kubernetes.io/part-of': NAMESPACE } },
  stringData,
})
