import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { UserError } from '../../user-error.ts'
import { openLog } from './logs.ts'
import { labelOf, type Spec } from './spec.ts'

/** Starts the process; its output goes to its log. It inherits `sockets`, as chassis/handed-socket.ts reads them. */
export function launch(spec: Spec, logs: string, sockets: { name: string; fd: number }[] = []): ChildProcess {
  const [file = '', ...args] = spec.command
  const handed = { LISTEN_FDS: String(sockets.length), LISTEN_FDNAMES: sockets.map(({ name }) => name).join(':') }
  const log = openLog(logs, labelOf(spec))
  try {
    return spawn(file, args, {
      cwd: spec.cwd,
      env: sockets.length > 0 ? { ...spec.env, ...handed } : spec.env,
      // By the IPC channel the child notices when we end (with-parent.ts). PostgreSQL and NATS are not Node, and get none.
      stdio: ['ignore', log, log, ...sockets.map(({ fd }) => fd), ...(spec.tier === 'data' ? [] : ['ipc' as const])],
      // A process group of its own, so that Ctrl-C reaches us only and we stop all processes in order.
      detached: true,
      uid: spec.user,
      gid: spec.user,
    })
  } finally {
    closeSync(log)
  }
}

/** Resolves with the reason when the process ends; rejects if it could not be started. */
export function endOf(child: ChildProcess, label: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) reject(new UserError(`${label} can not be started: ${error.message}`))
    })
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`))
  })
}

/** Kills the process and its descendants. */
export function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL') // The whole process group.
  } catch {
    child.kill('SIGKILL')
  }
}
