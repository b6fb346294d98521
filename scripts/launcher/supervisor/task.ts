import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { UserError } from '../../user-error.ts'

const MAX_OUTPUT = 4_000

/**
 * Runs one of our scripts without printing its output. Throws a UserError with its last output if it fails or takes longer
 * than `deadlineMs`; kills it when `signal` is aborted.
 */
export async function runTask(
  script: string,
  options: { what: string; env: Record<string, string>; signal: AbortSignal; deadlineMs: number },
): Promise<void> {
  const root = resolve(import.meta.dirname, '../../..')
  const child = spawn(process.execPath, [resolve(root, script)], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
    timeout: options.deadlineMs,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => {
      output = (output + part).slice(-MAX_OUTPUT)
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
}
