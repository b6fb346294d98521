import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { UserError } from '../../user-error.ts'
import { pinnedNode } from '../bootstrap/node.mjs'

const MAX_OUTPUT = 4_000
const MAX_RESULT = 1_000_000

/** A folder with our code and its packages, and the Node that runs it. */
export type Checkout = { root: string; node: string }

const ROOT = resolve(import.meta.dirname, '../../..')
/** The one that this process runs. */
export const OWN_CHECKOUT: Checkout = { root: ROOT, node: process.execPath }

/** Another one; its own Node, if that runs here. */
export const checkoutIn = (root: string): Checkout => ({ root, node: pinnedNode(root) ?? process.execPath })

/** Node's compile cache, which makes the next start of its programs faster. */
export const compileCacheOf = ({ root }: Checkout): string => resolve(root, 'node_modules/.cache/compiled')

/**
 * Runs one of our scripts, and returns its standard output. Throws a UserError with the last of what it has printed if it fails or
 * takes longer than `deadlineMs`; kills it when `signal` is aborted. `args[0]` is the script, `input` its standard input.
 */
export async function runTask(
  [script = '', ...args]: string[],
  options: {
    what: string
    env: Record<string, string>
    signal: AbortSignal
    deadlineMs: number
    checkout?: Checkout
    input?: string
  },
): Promise<string> {
  const { root, node } = options.checkout ?? OWN_CHECKOUT
  const child = spawn(node, [resolve(root, script), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: options.signal,
    timeout: options.deadlineMs,
  })
  child.stdin.on('error', () => {}) // It has ended before it has read all; its exit code says why.
  child.stdin.end(options.input)
  let output = ''
  let result = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => {
      output = (output + part).slice(-MAX_OUTPUT)
      if (stream === child.stdout) result = (result + part).slice(-MAX_RESULT)
    })
  }
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, by) => {
      resolve(
        code === 0 ? undefined : by ? `ended by ${by} (it has ${options.deadlineMs / 1000} s)` : `exit code ${code}`,
      )
    })
  })
  if (outcome) throw new UserError(`${options.what} failed: ${outcome}.${output && `\n${output.trim()}`}`)
  return result
}
