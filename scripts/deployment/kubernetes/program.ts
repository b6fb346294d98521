import type { Deployment } from 'kubernetes-types/apps/v1.js'
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js'
import type { Job } from 'kubernetes-types/batch/v1.js'
import type { PodTemplateSpec, Service } from 'kubernetes-types/core/v1.js'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js'
import { CONTEXTS } from '../../contexts.mjs'
import { PORTS, type Container as Program } from '../programs.ts'
import { type Component, componentOf, labelsOf, selectorOf } from './labels.ts'
import { containerOf, podOf, servingContainer } from './pod.ts'

/** The most pods of a program: the connections of PostgreSQL are counted for so many (docs/kubernetes.md, "Connections"). */
export const MOST_PODS = 6

/**
 * Which programs run more than once. The issuer may, too, other than under `npm start`, where it has one port: all its state is in
 * account's database, and replicas agree on the signing key (subgraphs/account/main.int.test.ts).
 */
const SCALES = ['router', ...CONTEXTS]

/** A program that runs all the time. */
export function programObjects(
  program: Program,
): (Deployment | Service | HorizontalPodAutoscaler | PodDisruptionBudget)[] {
  const { name } = program
  const metadata = { name, labels: labelsOf(name, componentOf(name)) }
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      selector: selectorOf(name),
      ports: program.ports.map((port) => ({ name: port, port: PORTS[port], targetPort: port, protocol: 'TCP' })),
    },
  }
  return [deployment(program), service, ...(SCALES.includes(name) ? [autoscaler(name), budget(name)] : [])]
}

function deployment(program: Program): Deployment {
  const { name } = program
  const metadata = { name, labels: labelsOf(name, componentOf(name)) }
  const template = {
    metadata: podMetadata(program),
    spec: podOf(name, [program], { containers: [servingContainer(program)] }),
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      // The autoscaler says how many; a number here would undo that with each `kubectl apply`.
      ...(!SCALES.includes(name) && { replicas: 1 }),
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: selectorOf(name) },
      // The sandbox has one book.
      strategy:
        name === 'provider'
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template,
    },
  }
}

/** Where a Prometheus that follows these annotations finds the metrics. */
function podMetadata({ name, ports }: Program): PodTemplateSpec['metadata'] {
  const metrics = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(PORTS.metrics) }
  return { labels: labelsOf(name, componentOf(name)), ...(ports.includes('metrics') && { annotations: metrics }) }
}

const autoscaler = (name: string): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, labels: labelsOf(name, componentOf(name)) },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 1,
    maxReplicas: MOST_PODS,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
  },
})

/** A node is emptied one pod of a program at a time. `minAvailable: 1` would let nobody empty the node of a single pod. */
const budget = (name: string): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, labels: labelsOf(name, componentOf(name)) },
  spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
})

/** Programs that end, one after the other in one pod: each begins when the one before it has succeeded. */
export function jobObject(name: string, component: Component, programs: Program[]): Job {
  const containers = programs.map(containerOf)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: labelsOf(name, component) },
    spec: {
      backoffLimit: 20,
      template: {
        metadata: { labels: labelsOf(name, component) },
        spec: podOf(name, programs, {
          restartPolicy: 'OnFailure',
          ...(containers.length > 1 && { initContainers: containers.slice(0, -1) }),
          containers: containers.slice(-1),
        }),
      },
    },
  }
}
