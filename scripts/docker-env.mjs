// node scripts/docker-env.mjs [--development]: makes the settings of docker-compose.yml, with new secrets, in .env (git-ignored);
// if it is there, adds those that are new since. Any Node >= 20.
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CALLS, CONTEXTS, inCapitals, keyName } from './contexts.mjs'

const USAGE = 'Usage: node scripts/docker-env.mjs [--development]'

/** Hexadecimal needs no escaping, in a URL or a file. */
const secret = () => randomBytes(32).toString('hex')

/** The passwords of NATS' users: the variables of its configuration. */
const NATS_PASSWORDS = [
  ...readFileSync(new URL('../schema/nats-users.conf', import.meta.url), 'utf8').matchAll(/\$(NATS_PASSWORD\w*)/g),
].map(([, name]) => name)

/** The settings of docker-compose.yml, by name. In production the operator adds the payment provider's URL and credential, and the message gateway's. */
export function settingsOf(environment) {
  const secrets = [
    'POSTGRES_PASSWORD',
    ...NATS_PASSWORDS,
    'CURSOR_SECRET',
    'KEY_SECRET',
    'LINK_SECRET',
    'MEDIA_SECRET',
    'PHOTO_KEY_ITEM',
    'PHOTO_KEY_STORE',
    'PHOTO_KEY_DELIVERY',
    ...CALLS.map(keyName),
    ...CONTEXTS.flatMap((context) =>
      ['DATABASE_PASSWORD', 'DATABASE_OWNER_PASSWORD'].map((name) => `${name}_${inCapitals(context)}`),
    ),
  ]
  const own =
    environment === 'development'
      ? {
          COMPOSE_PROFILES: 'development',
          DEMO_SECRET: secret(),
          PROVIDER_URL: 'http://provider:8080',
          PROVIDER_TOKEN: secret(),
        }
      : { PROVIDER_URL: '', PROVIDER_TOKEN: '', MESSAGE_URL: '', MESSAGE_TOKEN: '' }
  return { FLOWER_ENV: environment, ...Object.fromEntries(secrets.map((name) => [name, secret()])), ...own }
}

/** Makes the file, or adds what it lacks: what it has stays, since the data were made with it. Returns what to tell the operator. */
export function make(file, environment) {
  const textOf = (settings) => settings.map(([name, value]) => `${name}=${value}\n`).join('')
  const settings = Object.entries(settingsOf(environment))
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8')
    const has = /^FLOWER_ENV=(.*)$/m.exec(text)?.[1] ?? 'an earlier version'
    const missing = settings.filter(([name]) => !new RegExp(`^${name}=`, 'm').test(text))
    if (has !== environment || missing.length === 0) return `.env is there already, of ${has}; nothing was changed.`
    appendFileSync(file, `${text.endsWith('\n') ? '' : '\n'}${textOf(missing)}`)
    return `Added to .env, of ${has}: ${missing.map(([name]) => name).join(', ')}.`
  }
  writeFileSync(file, textOf(settings), { mode: 0o600 })
  return environment === 'development'
    ? 'Made .env for development, with new secrets: demo users, and a sandbox that moves no money.'
    : 'Made .env for production, with new secrets. Write PROVIDER_URL (https) and PROVIDER_TOKEN of the payment provider in it, MESSAGE_URL (https) and MESSAGE_TOKEN of the message gateway.'
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2)
  if (args.some((arg) => arg !== '--development')) {
    console.error(USAGE)
    process.exit(2)
  }
  const file = fileURLToPath(new URL('../.env', import.meta.url))
  console.log(make(file, args.length ? 'development' : 'production'))
}
