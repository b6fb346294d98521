import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { UserError } from '../../user-error.ts'
import { openLog } from './logs.ts'
import { labelOf, type Spec } from './spec.ts'

/** Starts the process, its output going to its log. */
export function launch(spec: Spec, logs: string): ChildProcess {
  const [file = '', ...args] = spec.command
  const log = openLog(logs, labelOf(spec))
  try {
    return spawn(file, args, {
      cwd: spec.cwd,
      env: spec.env,
      // The channel says to the child that we are there (with-parent.ts); programs that are not Node do not get one.
      stdio: spec.tier === 'data' ? ['ignore', log, log] : ['ignore', log, log, 'ipc'],
      // A group of its own: a terminal's Ctrl-C reaches us only, and we stop all in order.
      detached: true,
      uid: spec.user,
      gid: spec.user,
    })
  } finally {
    closeSync(log)
  }
}

/** Why the process ended; rejects where it could not be started at all. */
export function endOf(child: ChildProcess, label: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) reject(new UserError(`${label} can not be started: ${error.message}`))
    })
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`))
  })
}

/** Ends it, and what it started, at once. */
export function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL') // its group: also what it started
  } catch {
    child.kill('SIGKILL')
  }
}
