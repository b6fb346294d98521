import { readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { connections, demoOf, type Container as Program } from '../programs.ts'
import { settingsName } from './pod.ts'
import { policyOf } from './policies.ts'
import { jobObject, programObjects } from './program.ts'
import { DEVELOPMENT_SITE, migrationOf, programsOf, SITE } from './site.ts'

const DO_NOT_EDIT = '# Made by `npm run deployment` from scripts/deployment/: change it there.\n'
const yaml = (...objects: object[]) =>
  DO_NOT_EDIT + objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n')

/** The files of deploy/kubernetes that repeat for each program, by their path, with their content. */
export async function manifests(): Promise<{ [path: string]: string }> {
  const programs = await programsOf(SITE)
  const who = await connections(false)
  const inDevelopment = await connections(true)
  const [provider] = (await programsOf(DEVELOPMENT_SITE)).filter(({ name }) => name === 'provider')
  if (!provider) throw new Error('Development has no sandbox.')
  const demo = demoOf(DEVELOPMENT_SITE)
  // What only development has, is added to what the base allows.
  const added = inDevelopment.filter(({ from, to }) =>
    [from, to].some((name) => [provider.name, demo.name].includes(name)),
  )
  return {
    ...Object.fromEntries(
      programs.map((program) => [
        `deploy/kubernetes/base/programs/${program.name}.yaml`,
        yaml(...programObjects(program), policyOf(program.name, who)),
      ]),
    ),
    'deploy/kubernetes/base/programs/kustomization.yaml': yaml(programsList(programs)),
    'deploy/kubernetes/components/nats-tls/kustomization.yaml': yaml(natsTls(programs)),
    'deploy/kubernetes/base/migrate.yaml': yaml(
      jobObject('migrate', 'migration', migrationOf(SITE)),
      policyOf('migrate', who),
    ),
    'deploy/kubernetes/base/servers.yaml': yaml(policyOf('nats', who), policyOf('postgres', who)),
    'deploy/kubernetes/base/nats/nats-users.conf': readFileSync(
      new URL('../../../schema/nats-users.conf', import.meta.url),
      'utf8',
    ),
    'deploy/kubernetes/overlays/development/programs.yaml': yaml(
      ...programObjects(provider),
      jobObject(demo.name, 'program', [demo]),
      ...[provider.name, demo.name].map((name) => policyOf(name, added)),
      ...['account', 'payment', 'router'].map((name) => policyOf(name, added, `${name}-in-development`)),
    ),
  }
}

const INFRASTRUCTURE = { labels: { 'app.kubernetes.io/component': 'infrastructure' } }

/** NATS under TLS: certificates by cert-manager, NATS' settings for them, and each program's. */
const natsTls = (programs: Program[]) => ({
  apiVersion: 'kustomize.config.k8s.io/v1alpha1',
  kind: 'Component',
  resources: ['certificates.yaml'],
  configMapGenerator: [
    { name: 'nats-config', behavior: 'merge', files: ['client-tls.conf', 'routes-tls.conf'] },
    ...programs
      .filter(({ passes }) => passes.includes('NATS_TLS_CA'))
      .map(({ name }) => ({
        name: settingsName(name),
        behavior: 'merge',
        literals: ['NATS_TLS_CA=/etc/nats-ca/ca.crt'],
      })),
  ],
  generatorOptions: INFRASTRUCTURE,
})

/** Each program has a ConfigMap of its own for an operator's settings. Its name changes with them, so that the pods do. */
const programsList = (programs: Program[]) => ({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources: programs.map(({ name }) => `${name}.yaml`),
  configMapGenerator: programs
    .filter(({ passes }) => passes.length > 0)
    .map(({ name }) => ({ name: settingsName(name), literals: ['LOG_LEVEL=info'] })),
  generatorOptions: INFRASTRUCTURE,
})
