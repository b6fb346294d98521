import { get } from 'node:http'
import { z } from 'zod'

const TIMEOUT_MS = 2_000
const MAX_BYTES = 100_000
const notReady = z.object({ missing: z.record(z.string(), z.string()) })

/** A check of one of our services on 127.0.0.1; resolves on 200, otherwise throws with what it reports as missing. */
export function httpCheck(path: '/health' | '/ready'): (port: number) => Promise<void> {
  return async (port) => {
    const { status, body } = await request(port, path)
    if (status !== 200) throw new Error(missingIn(body) ?? `answers ${path} with ${status}`)
  }
}

function missingIn(body: string): string | undefined {
  try {
    const { missing } = notReady.parse(JSON.parse(body))
    return Object.entries(missing)
      .map(([name, why]) => `${name}: ${why}`)
      .join(', ')
  } catch {
    return undefined
  }
}

function request(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    // A new connection each time: a kept one could be of the previous process.
    const options = { host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }
    const sent = get(options, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        body += part
        if (body.length > MAX_BYTES) response.destroy(new Error('answers without end'))
      })
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') reject(new Error('does not answer'))
      else reject(error.code === 'ECONNREFUSED' ? new Error('does not listen yet') : error)
    })
  })
}
