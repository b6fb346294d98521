// npm run --silent kubernetes-secrets | kubectl apply -f -
// The Secrets of deploy/kubernetes, from a file that has them all, which is made if it is not there. Keep it, and keep it secret:
// the data were made with it.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { commandLine } from './command-line.ts'
import { secretsOf } from './deployment/kubernetes/secrets.ts'
import { make } from './docker-env.mjs'

if (import.meta.main) {
  const { options } = commandLine('kubernetes-secrets')
  console.error(make(options.file, options.development ? 'development' : 'production').replaceAll('.env', options.file))
  // parseEnv has undefined among its values' types, as process.env has; a line of a file always has a value.
  const settings = parseEnv(readFileSync(options.file, 'utf8')) as { [name: string]: string }
  try {
    const items = await secretsOf(settings, settings.FLOWER_ENV === 'development')
    console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error} Write it in ${options.file}.`)
    process.exitCode = 1
  }
}
