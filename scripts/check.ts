import { spawnSync } from 'node:child_process'

type Check = { what: string; command: [string, ...string[]]; cure: string }

/** What must pass before a change lands, beside the tests. All are run, so that one run reports every failure. */
const CHECKS: Check[] = [
  {
    what: 'types',
    command: ['tsc'],
    cure: 'correct the errors of tsc above. Resolvers that are incomplete lack a field of the schema',
  },
  {
    what: 'lint and format',
    command: ['biome', 'check', '--error-on-warnings'],
    cure: 'run `npm run format`; correct the rest by hand',
  },
  {
    what: 'schema drift',
    command: ['node', 'scripts/compose-schema.ts', '--check'],
    cure: 'run `npm run compose`, and commit what it writes',
  },
  {
    what: 'deployment drift',
    command: ['node', 'scripts/deployment/main.ts', '--check'],
    cure: 'run `npm run deployment`, and commit what it writes',
  },
  {
    what: 'public contract',
    command: ['node', 'scripts/checks/contract.ts'],
    cure: 'keep what clients rely on, or change it as docs/app-developers.md says under "How the API changes"',
  },
  {
    what: 'generated types drift',
    command: ['graphql-codegen', '--config', 'scripts/codegen.ts', '--check', '--silent'],
    cure: 'run `npm run generate`, and commit what it writes',
  },
  {
    what: 'golden samples',
    command: ['node', 'scripts/checks/samples.ts'],
    cure: 'restore the samples named above: they are what older processes wrote; add new ones beside them',
  },
  {
    what: 'manifests',
    command: ['node', 'scripts/checks/manifests.ts'],
    cure: 'correct the fields named above, in deploy/kubernetes or in scripts/deployment/kubernetes',
  },
  {
    what: 'the last release',
    command: ['node', 'proofs/released/main.ts'],
    cure: 'add what is new beside what is old, and remove that a release later (docs/operators.md, "Two releases side by side")',
  },
]

const failed = CHECKS.filter(({ what, command: [program, ...args], cure }) => {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  console.log(status === 0 ? `ok     ${what}` : `FAILED ${what}: ${cure}`)
  return status !== 0
})
console.log(`Checks: ${CHECKS.length - failed.length} ok, ${failed.length} failed`)
process.exitCode = failed.length ? 1 : 0
