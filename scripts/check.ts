import { spawnSync } from 'node:child_process'

/** What must hold before anything lands, beside the tests; all are run, so that one run tells everything. */
const CHECKS: [what: string, command: string, ...args: string[]][] = [
  ['types', 'tsc'],
  ['lint and format', 'biome', 'check', '--error-on-warnings'],
  ['schema drift', 'node', 'scripts/compose-schema.ts', '--check'],
  ['generated types drift', 'graphql-codegen', '--config', 'scripts/codegen.ts', '--check', '--silent'],
  ['golden samples', 'node', 'scripts/checks/samples.ts'],
]

const failed = CHECKS.filter(([what, command, ...args]) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${what}`)
  return status !== 0
})
console.log(`Checks: ${CHECKS.length - failed.length} ok, ${failed.length} failed`)
process.exitCode = failed.length ? 1 : 0
