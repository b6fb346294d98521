import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'

const RUN = new URL('./run.mjs', import.meta.url).href
let child: ChildProcess | undefined
afterEach(() => void child?.kill('SIGKILL'))

/** Runs `program` (JavaScript) by `run`, as bootstrap.mjs does with a command. */
function through(program: string) {
  const command = JSON.stringify([process.execPath, ['-e', program]])
  const code = `import(${JSON.stringify(RUN)}).then(({ run }) => run(...${command}, process.env))`
  child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  return child
}

describe('the command that bootstrap runs', () => {
  it('gives its exit code', async () => {
    expect(await once(through('process.exit(3)'), 'exit')).toEqual([3, null])
  })

  it('gives the signal that ended it', async () => {
    expect(await once(through('process.kill(process.pid, "SIGTERM")'), 'exit')).toEqual([null, 'SIGTERM'])
  })

  it('gets the signals, and decides itself what to do', async () => {
    const running = through(
      'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.log("up")',
    )
    if (running.stdout) await once(running.stdout, 'data')
    running.kill('SIGTERM')
    expect(await once(running, 'exit')).toEqual([7, null])
  })
})
