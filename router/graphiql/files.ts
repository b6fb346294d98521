import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** A file of GraphiQL's: the bytes to send, plain and compressed. */
export type File = { type: string; plain: Buffer; gzipped: Buffer }

/** The package holds GraphiQL as six strings, 9 MB together: a router that nobody opens in a browser never loads it. */
const bundle = () => import('@graphql-yoga/render-graphiql/graphiql')
const start = readFileSync(new URL('./start.js', import.meta.url), 'utf8')

const SCRIPT = 'text/javascript; charset=utf-8'
const CONTENT: Record<string, { type: string; text: () => Promise<string> }> = {
  'graphiql.js': { type: SCRIPT, text: async () => (await bundle()).js },
  'graphiql.css': { type: 'text/css; charset=utf-8', text: async () => (await bundle()).css },
  'graphql.worker.js': { type: SCRIPT, text: async () => (await bundle()).graphqlWorker },
  'json.worker.js': { type: SCRIPT, text: async () => (await bundle()).jsonWorker },
  'editor.worker.js': { type: SCRIPT, text: async () => (await bundle()).editorWorkerService },
  'start.js': { type: SCRIPT, text: async () => start },
}

/** Names the content: another GraphiQL, or another start.js, is another address, so browsers may keep what they have. */
export const VERSION = createHash('sha256')
  .update(readFileSync(createRequire(import.meta.url).resolve('@graphql-yoga/render-graphiql/package.json')))
  .update(start)
  .digest('hex')
  .slice(0, 16)

/** Each file by its name; read and compressed when it is first asked for, then kept. */
export const files: Record<string, () => Promise<File>> = Object.fromEntries(
  Object.entries(CONTENT).map(([name, { type, text }]) => {
    const read = async () => {
      const plain = Buffer.from(await text())
      return { type, plain, gzipped: await promisify(gzip)(plain) }
    }
    let kept: Promise<File> | undefined
    return [name, () => (kept ??= read())]
  }),
)
