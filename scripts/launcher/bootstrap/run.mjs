import { spawn } from 'node:child_process'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs the command in place of this process: same terminal, signals passed on, its exit code (or signal) becomes ours.
 * `STOP_WITH_PARENT` asks scripts/up.ts to stop when we are killed with a signal that cannot be passed on.
 */
export function run(command, args, environment) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...environment, STOP_WITH_PARENT: '1' } })
  const forward = (signal) => child.kill(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  if (process.env.npm_lifecycle_event) stopWithParent(child)

  child.once('error', (error) => {
    console.error(error.code === 'ENOENT' ? `There is no command "${command}".` : error.message)
    process.exit(127)
  })
  child.once('exit', (code, signal) => {
    for (const forwarded of FORWARDED) process.removeListener(forwarded, forward)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code ?? 1)
  })
}

/** Stops the child when npm, or its shell, was killed or has ended on SIGTERM without passing the signal on. */
function stopWithParent(child) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, 500)
  watch.unref()
}
