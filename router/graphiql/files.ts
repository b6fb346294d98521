import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** A file of GraphiQL, plain and compressed. */
export type StaticFile = { type: string; plain: Buffer; gzipped: Buffer }

/** The package contains GraphiQL as strings of 9 MB, so it is loaded only when a browser needs it. */
const loadBundle = () => import('@graphql-yoga/render-graphiql/graphiql')
const start = readFileSync(new URL('./start.js', import.meta.url), 'utf8')

const SCRIPT = 'text/javascript; charset=utf-8'
const CONTENT: Record<string, { type: string; text: () => Promise<string> }> = {
  'graphiql.js': { type: SCRIPT, text: async () => (await loadBundle()).js },
  'graphiql.css': { type: 'text/css; charset=utf-8', text: async () => (await loadBundle()).css },
  'graphql.worker.js': { type: SCRIPT, text: async () => (await loadBundle()).graphqlWorker },
  'json.worker.js': { type: SCRIPT, text: async () => (await loadBundle()).jsonWorker },
  'editor.worker.js': { type: SCRIPT, text: async () => (await loadBundle()).editorWorkerService },
  'start.js': { type: SCRIPT, text: async () => start },
}

/** A hash of the content. It is part of the addresses, so that browsers can cache the files for good. */
export const VERSION = createHash('sha256')
  .update(readFileSync(createRequire(import.meta.url).resolve('@graphql-yoga/render-graphiql/package.json')))
  .update(start)
  .digest('hex')
  .slice(0, 16)

/** The files by name. Each is compressed at its first request and then kept. */
export const files: Record<string, () => Promise<StaticFile>> = Object.fromEntries(
  Object.entries(CONTENT).map(([name, { type, text }]) => {
    const read = async () => {
      const plain = Buffer.from(await text())
      return { type, plain, gzipped: await promisify(gzip)(plain) }
    }
    let kept: Promise<StaticFile> | undefined
    return [name, () => (kept ??= read())]
  }),
)
