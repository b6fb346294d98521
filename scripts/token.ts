import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const NOT_RUNNING = 'The system is not running here. Start it with `npm start`, then ask again.'
const NO_DEMO = 'This system gives no demo tokens: it is not in development.'
const DEADLINE_MS = 5_000

/** What `npm start` writes into DATA_DIR, as far as it is read here. */
type Processes = { name: string; issuerUrl?: string }[]
type Secrets = { demo?: string }

/**
 * An access token (good for an hour) of a demo user of the system that runs on `dataDir`; or, in a line for the person
 * who asked, why there is none. Development only.
 */
export async function demoToken(
  login: string,
  dataDir: string,
  environment: string | undefined = process.env.NODE_ENV,
): Promise<{ token: string } | { problem: string }> {
  if (environment === 'production') return { problem: 'There are no demo users in production.' }
  const processes = readJson<Processes>(join(dataDir, 'processes.json'))
  const { demo } = readJson<Secrets>(join(dataDir, 'secrets.json')) ?? {}
  const issuer = processes?.find(({ name }) => name === 'account')?.issuerUrl
  if (!issuer) return { problem: NOT_RUNNING }
  if (!demo) return { problem: NO_DEMO }
  try {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`demo:${demo}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'urn:flower-delivery:demo', user: login }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    // What the token endpoint answers, by RFC 6749.
    const answer = (await response.json()) as { access_token?: string; error?: string; error_description?: string }
    if (answer.access_token) return { token: answer.access_token }
    if (answer.error === 'invalid_grant' && answer.error_description) return { problem: answer.error_description }
    if (answer.error === 'invalid_client') {
      return { problem: `The system at ${issuer} gives no demo tokens: it runs in production, or not on ${dataDir}.` }
    }
    return { problem: `The issuer gave no token: ${answer.error_description ?? answer.error ?? response.status}.` }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return { problem: `The issuer at ${issuer} did not answer within 5 s.` }
    return { problem: NOT_RUNNING }
  }
}

/** The file's content, or null where there is none (yet). Written by scripts/up.ts, so it has the shape it gave. */
function readJson<Content>(path: string): Content | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content
  } catch {
    return null
  }
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false })
  const answer = await demoToken(positionals[0] ?? '', process.env.DATA_DIR ?? '.data')
  if ('token' in answer) console.log(answer.token)
  else {
    console.error(answer.problem)
    process.exitCode = 1
  }
}
