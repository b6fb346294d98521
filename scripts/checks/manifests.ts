import { globSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { kustomize } from './kubectl.ts'
import { fieldProblems } from './kubernetes-types.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** The folders that an operator applies. */
export const OVERLAYS = globSync('deploy/kubernetes/overlays/*/kustomization.yaml', { cwd: ROOT }).map(dirname).sort()

if (import.meta.main) {
  const problems = fieldProblems(OVERLAYS.flatMap((overlay) => kustomize(join(ROOT, overlay))))
  // What the overlays have in common has the same problems.
  for (const problem of new Set(problems)) console.error(problem)
  process.exitCode = problems.length ? 1 : 0
}
