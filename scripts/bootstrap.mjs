#!/usr/bin/env node
// node scripts/bootstrap.mjs [--omit=dev] <command> [argument…]
// Installs what the lock file names if that is not done yet, then runs the command with the pinned Node 24 first in
// PATH. Plain JavaScript without dependencies: it runs on any Node >= 20, on a machine that has nothing else.
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isCommand, usageOf } from './help.mjs'
import { install } from './launcher/bootstrap/install.mjs'
import { environmentFor } from './launcher/bootstrap/node.mjs'
import { run } from './launcher/bootstrap/run.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const omitDev = process.argv[2] === '--omit=dev'
const [command, ...args] = process.argv.slice(omitDev ? 3 : 2)

// npm says which of its scripts this is. Each explains itself in the same way, before anything is installed.
const script = process.env.npm_lifecycle_event ?? ''
if (args.includes('--help') && isCommand(script)) {
  console.log(usageOf(script))
  process.exit(0)
}

try {
  if (!command) throw new Error('Usage: node scripts/bootstrap.mjs [--omit=dev] <command> [argument…]')
  await install(root, { omitDev })
  run(command, args, environmentFor(root))
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
