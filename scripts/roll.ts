// npm run roll: has the running system replace its processes by ones with this checkout's code, without an interruption.
import { resolve } from 'node:path'
import { commandLine } from './command-line.ts'
import { requestRoll } from './launcher/roll/control.ts'
import { OWN_CHECKOUT } from './launcher/supervisor/task.ts'
import { UserError } from './user-error.ts'

commandLine('roll')
try {
  const dataDir = resolve(process.env.DATA_DIR ?? '.data')
  process.exitCode = await requestRoll(dataDir, OWN_CHECKOUT.root, (line) => console.log(line))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
