import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { commandLine } from './command-line.ts'

const notRunning = (dataDir: string) =>
  `No system is running on ${resolve(dataDir)}. Start it with \`npm start\`; if it has another DATA_DIR, set that here, too.`
const NO_DEMO = 'This system gives no demo tokens: it is not in development.'
const DEADLINE_MS = 5_000

/** The parts of DATA_DIR's files, written by `npm start`, that are read here. */
type Processes = { name: string; issuerUrl?: string }[]
type Secrets = { demo?: string }

type Answer = { token: string } | { problem: string }

/**
 * An access token, valid for an hour, of a demo user of the system that runs on `dataDir`; or a one-line reason why there is
 * none. In production there are no demo users.
 */
export async function demoToken(login: string, dataDir: string): Promise<Answer> {
  const processes = readJson<Processes>(join(dataDir, 'processes.json'))
  const { demo } = readJson<Secrets>(join(dataDir, 'secrets.json')) ?? {}
  const issuer = processes?.find(({ name }) => name === 'account')?.issuerUrl
  if (!issuer) return { problem: notRunning(dataDir) }
  if (!demo) return { problem: NO_DEMO }
  return tokenFrom(issuer, demo, login)
}

/** The same, from the issuer with this URL; `secret` is its DEMO_SECRET. */
export async function tokenFrom(issuer: string, secret: string, login: string): Promise<Answer> {
  try {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`demo:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'urn:flower-delivery:demo', user: login }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    // A token endpoint's response (RFC 6749).
    const answer = (await response.json()) as { access_token?: string; error?: string; error_description?: string }
    if (answer.access_token) return { token: answer.access_token }
    if (answer.error === 'invalid_grant' && answer.error_description) return { problem: answer.error_description }
    if (answer.error === 'invalid_client') {
      return {
        problem: `The system at ${issuer} gives no demo tokens: it runs in production, or is not the one of this DATA_DIR.`,
      }
    }
    return { problem: `The issuer gave no token: ${answer.error_description ?? answer.error ?? response.status}.` }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return { problem: `The issuer at ${issuer} did not answer within 5 s.` }
    return { problem: `The issuer at ${issuer} is not running. Start the system with \`npm start\`, then ask again.` }
  }
}

/** The parsed file, or null if it can't be read. scripts/up.ts wrote it, so it has the type. */
function readJson<Content>(path: string): Content | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content
  } catch {
    return null
  }
}

if (import.meta.main) {
  const { positionals } = commandLine('token')
  const [login = ''] = positionals
  const { DATA_DIR = '.data', ISSUER_URL, DEMO_SECRET } = process.env
  // In a container (docker-compose.yml) there is no data folder; account's environment has the settings instead.
  const answer = await (ISSUER_URL && DEMO_SECRET
    ? tokenFrom(ISSUER_URL, DEMO_SECRET, login)
    : demoToken(login, DATA_DIR))
  if ('token' in answer) console.log(answer.token)
  else {
    console.error(answer.problem)
    process.exitCode = 1
  }
}
