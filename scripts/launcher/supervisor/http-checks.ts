import { get } from 'node:http'
import { z } from 'zod'

const TIMEOUT_MS = 2_000
const MOST_BYTES = 100_000
const notReady = z.object({ missing: z.record(z.string(), z.string()) })

/** Asks a service of ours on 127.0.0.1; resolves on 200, else throws with what it says is missing. */
export function httpCheck(port: number, path: '/health' | '/ready'): () => Promise<void> {
  return async () => {
    const { status, body } = await ask(port, path)
    if (status !== 200) throw new Error(whatIsMissing(body) ?? `answers ${path} with ${status}`)
  }
}

function whatIsMissing(body: string): string | undefined {
  try {
    const { missing } = notReady.parse(JSON.parse(body))
    return Object.entries(missing)
      .map(([name, why]) => `${name}: ${why}`)
      .join(', ')
  } catch {
    return undefined
  }
}

function ask(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one kept from before would tell of a process that is no more.
    const options = { host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }
    const request = get(options, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        body += part
        if (body.length > MOST_BYTES) response.destroy(new Error('answers without end'))
      })
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    request.once('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') reject(new Error('does not answer'))
      else reject(error.code === 'ECONNREFUSED' ? new Error('does not listen yet') : error)
    })
  })
}
