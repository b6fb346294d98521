// node scripts/docker-env.mjs: makes the secrets of docker-compose.yml, once, in .env (git-ignored). Any Node >= 20.
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../.env', import.meta.url))
const contexts = ['ACCOUNT', 'ITEM', 'STORE', 'ORDER', 'PAYMENT', 'DELIVERY', 'MY_PAGE']
const names = [
  'POSTGRES_PASSWORD',
  'NATS_PASSWORD',
  'CONTEXT_SECRET',
  'KEY_SECRET',
  ...contexts.map((context) => `DATABASE_PASSWORD_${context}`),
]
if (existsSync(file)) console.log('.env is there already; nothing was changed.')
else {
  // Hexadecimal needs no escaping, in a URL or a file.
  writeFileSync(file, names.map((name) => `${name}=${randomBytes(32).toString('hex')}\n`).join(''), { mode: 0o600 })
  console.log('Made .env with new secrets.')
}
