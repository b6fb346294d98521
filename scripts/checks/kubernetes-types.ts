import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { KubernetesObject } from './kubectl.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache/kubernetes-types')

/** The type of each kind that we use: by apiVersion, the module of kubernetes-types. */
const MODULES: { [apiVersion: string]: string } = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'batch/v1': 'batch/v1',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
}
/** Kinds of operators, of which there are no packaged types: the fields that we use, as the operator's CRD has them. */
const OPERATORS = join(ROOT, 'scripts/checks/operator-kinds.ts')

/**
 * A line for each misspelt or missing field and each value of a wrong type in these objects. Each object becomes a TypeScript
 * literal of its kind's type, which may have no other fields; kubectl itself would only be told by a cluster.
 */
export function fieldProblems(objects: readonly KubernetesObject[]): string[] {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'objects-'))
  try {
    const lines = objects.flatMap((object, index) =>
      literal(object, index)
        .split('\n')
        .map((line) => ({ line, object })),
    )
    writeFileSync(join(folder, 'objects.ts'), lines.map(({ line }) => line).join('\n'))
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      include: ['objects.ts'],
      compilerOptions: { noUnusedLocals: false },
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    return tsc(folder).flatMap((output) => {
      const [, line, message] = /^objects\.ts\((\d+),\d+\): error TS\d+: (.*)$/.exec(output) ?? []
      const { kind, metadata } = lines[Number(line) - 1]?.object ?? {}
      return message ? [`${kind} ${metadata?.name}: ${message}`] : []
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function literal(object: KubernetesObject, index: number): string {
  const { apiVersion, kind } = object
  const module = MODULES[apiVersion]
  const from = module ? `kubernetes-types/${module}.js` : OPERATORS
  return `export const object${index}: import(${JSON.stringify(from)}).${kind} = ${JSON.stringify(object, null, 1)}`
}

/** The lines that tsc prints; it fails if there are any. */
function tsc(folder: string): string[] {
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return []
  } catch (error) {
    // The error of a program that ended badly has its output; another error does not.
    const { stdout } = error as { stdout?: string }
    if (!stdout) throw error
    return stdout.trim().split('\n')
  }
}
