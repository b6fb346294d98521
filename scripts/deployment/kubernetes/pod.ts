import type { Container, EnvVar, PodSpec, Probe, ResourceRequirements, Volume } from 'kubernetes-types/core/v1.js'
import { STOP_DEADLINE_MS } from '../../../chassis/draining.ts'
import { IMAGE, PORTS, type Container as Program } from '../programs.ts'
import { selectorOf } from './labels.ts'

/** The ConfigMap with what depends on the cluster: addresses, the environment. */
export const SITE_CONFIG = 'site'

/** The ConfigMap with an operator's settings for a program. */
export const settingsName = (program: string) => `${program}-settings`

/** The certificate of the authority, if there is one; not its key, which an operator may keep in the same Secret. */
const authority = (secretName: string) => ({
  secretName,
  optional: true,
  items: [{ key: 'ca.crt', path: 'ca.crt' }],
})

/** Folders of a program, by the setting that needs them: the authorities of PostgreSQL's and NATS' certificates; the sandbox's book. */
const FOLDERS: { [setting: string]: { path: string; volume: Volume; readOnly: boolean } } = {
  DATABASE_URL: {
    path: '/etc/postgres-ca',
    volume: { name: 'postgres-ca', secret: authority('postgres-ca') },
    readOnly: true,
  },
  NATS_URL: {
    path: '/etc/nats-ca',
    volume: { name: 'nats-ca', secret: authority('nats-ca') },
    readOnly: true,
  },
  BOOK_FILE: { path: '/book', volume: { name: 'book', emptyDir: {} }, readOnly: false },
}
const foldersOf = ({ env }: Program) =>
  Object.entries(FOLDERS).flatMap(([setting, folder]) => (env[setting] === undefined ? [] : [folder]))

/**
 * How long an ending pod keeps serving: it gets new connections until every node has heard that it ends. Measured
 * without it: 9 of 1,837 requests failed while the router was replaced, with it 0 of 1,715.
 */
const LEAVE_SECONDS = 5

/** From the wish to end a pod to its SIGKILL: it leaves, drains (chassis/draining.ts), and has some seconds to spare. */
const GRACE_SECONDS = LEAVE_SECONDS + STOP_DEADLINE_MS / 1_000 + 5

/** A frozen process cannot drain. */
const FROZEN_GRACE_SECONDS = LEAVE_SECONDS + 1

type Need = { cpu: string; memory: string; limit: string }

/**
 * What a program requests, and the memory at which it is ended. There is no limit of CPU: it would throttle a program on an idle
 * node. The router's memory: docs/router.md, "Memory", with the planner's process.
 */
const NEEDS: { [name: string]: Need } = {
  router: { cpu: '200m', memory: '384Mi', limit: '1536Mi' },
  streams: { cpu: '20m', memory: '96Mi', limit: '256Mi' },
}
const NEED: Need = { cpu: '100m', memory: '160Mi', limit: '512Mi' }

const resourcesOf = (name: string): ResourceRequirements => {
  const { cpu, memory, limit } = NEEDS[name] ?? NEED
  return { requests: { cpu, memory }, limits: { memory: limit } }
}

/** What the "restricted" pod security standard asks for, and a root file system that nobody can write to. */
const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}
/** The user `node` of Node's image. */
const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 1000,
  fsGroup: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
}

/**
 * A pod of these containers, made from these programs: without a token of the cluster's API or variables for each Service, and
 * spread over nodes and zones.
 */
export function podOf(
  name: string,
  programs: Program[],
  containers: Pick<PodSpec, 'containers' | 'initContainers' | 'restartPolicy'>,
): PodSpec {
  const spread = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(name) },
  })
  const volumes = new Set(programs.flatMap(foldersOf).map(({ volume }) => volume))
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: POD_SECURITY,
    topologySpreadConstraints: [spread('kubernetes.io/hostname'), spread('topology.kubernetes.io/zone')],
    ...containers,
    ...(volumes.size > 0 && { volumes: [...volumes] }),
  }
}

/** A program's container. Where an operator sets what the program sets itself, the program's counts. */
export function containerOf(program: Program): Container {
  const { name, command, passes } = program
  const mounts = foldersOf(program).map(({ path, volume, readOnly }) => ({
    name: volume.name,
    mountPath: path,
    readOnly,
  }))
  return {
    name,
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command,
    ...(passes.length > 0 && { envFrom: [{ configMapRef: { name: settingsName(name) } }] }),
    env: environmentOf(program),
    resources: resourcesOf(name),
    securityContext: CONTAINER_SECURITY,
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}

/** A container that serves: with ports, probes, and time to leave before it is told to stop. */
export function servingContainer(program: Program): Container {
  // The sandbox answers to names of its own only (chassis/hosts.ts), and a probe would name the pod's address.
  const ask = (path: string): Probe => ({
    httpGet: { path, port: 'http', httpHeaders: [{ name: 'Host', value: 'localhost' }] },
  })
  return {
    ...containerOf(program),
    ports: program.ports.map((port) => ({ name: port, containerPort: PORTS[port], protocol: 'TCP' })),
    // A program waits half a minute for its database and its migrations, and ends if they do not come.
    startupProbe: { ...ask('/health'), periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
    // All pods of a context share their database: if it is slow for a moment, they must not all leave the Service.
    readinessProbe: { ...ask('/ready'), periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 15 },
    // One that is busy gets a minute, as under `npm start`.
    livenessProbe: {
      ...ask('/health'),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
      terminationGracePeriodSeconds: FROZEN_GRACE_SECONDS,
    },
    lifecycle: { preStop: { sleep: { seconds: LEAVE_SECONDS } } },
  }
}

/** `${SECRET}` and `$(SITE)` in a setting's value: a key of the program's own Secret, and of the ConfigMap of the site. */
const REFERENCE = /\$\{(\w+)\}|\$\((\w+)\)/g

/**
 * The program's environment. Kubernetes replaces `$(NAME)` in a value by a variable of the same container that stands before it,
 * so the secrets and the site's addresses come first, each as a variable of its own.
 */
export function environmentOf({ name: program, env }: Program): EnvVar[] {
  const settings = Object.entries({ ...env, NODE_ENV: '$(NODE_ENV)' })
  const references = new Map<string, EnvVar>()
  for (const [, value] of settings) {
    for (const [, secret, site] of value.matchAll(REFERENCE)) {
      if (secret) references.set(secret, { name: secret, valueFrom: { secretKeyRef: { name: program, key: secret } } })
      if (site) references.set(site, { name: site, valueFrom: { configMapKeyRef: { name: SITE_CONFIG, key: site } } })
    }
  }
  const plain = settings
    .filter(([name, value]) => value !== `\${${name}}` && value !== `$(${name})`)
    .map(([name, value]) => ({ name, value: value.replaceAll(REFERENCE, (_, secret, site) => `$(${secret ?? site})`) }))
  return [...references.values(), ...plain]
}
