import { fileURLToPath } from 'node:url'
import type { Container, EnvVar, PodSpec, Secret } from 'kubernetes-types/core/v1.js'
import type { NetworkPolicy, NetworkPolicyPeer } from 'kubernetes-types/networking/v1.js'
import { type KubernetesObject, kustomize } from '../../../scripts/checks/kubectl.ts'
import { secretsOf } from '../../../scripts/deployment/kubernetes/secrets.ts'
import { settingsOf } from '../../../scripts/docker-env.mjs'

type Labels = { [label: string]: string }
/** The pods that a Deployment, StatefulSet or Job makes. */
export type Pods = { kind: string; name: string; labels: Labels; spec: PodSpec; containers: Container[] }

/** An overlay as it comes into a cluster, with the Secrets made for it. */
export type Overlay = { objects: KubernetesObject[]; pods: Pods[]; secrets: Secret[]; settings: Labels }

const ROOT = fileURLToPath(new URL('../../../deploy/kubernetes/overlays/', import.meta.url))
const PROVIDER = {
  PROVIDER_URL: 'https://provider.example',
  PROVIDER_TOKEN: 'credential-of-the-provider',
  MESSAGE_URL: 'https://gateway.example',
  MESSAGE_TOKEN: 'credential-of-the-gateway',
}

export async function overlayOf(name: string): Promise<Overlay> {
  const isDevelopment = name === 'development'
  const settings = isDevelopment ? settingsOf('development') : { ...settingsOf('production'), ...PROVIDER }
  const objects = kustomize(ROOT + name)
  return { objects, pods: objects.flatMap(podsOf), secrets: await secretsOf(settings, isDevelopment), settings }
}

function podsOf({ kind, metadata, spec }: KubernetesObject): Pods[] {
  if (!['Deployment', 'StatefulSet', 'Job'].includes(kind)) return []
  // These kinds have it; scripts/checks/manifests.ts has checked their types.
  const { template } = spec as { template: { metadata: { labels: Labels }; spec: PodSpec } }
  const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers]
  return [{ kind, name: metadata.name, labels: template.metadata.labels, spec: template.spec, containers }]
}

/** An object that there must be. */
export function objectOf(overlay: Overlay, kind: string, name: string): KubernetesObject {
  const found = overlay.objects.find((object) => object.kind === kind && object.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}.`)
  return found
}

const configOf = (overlay: Overlay, name = '') => objectOf(overlay, 'ConfigMap', name).data as Labels // All our data are texts.

function secretOf(overlay: Overlay, name = ''): Labels {
  const found = overlay.secrets.find(({ metadata }) => metadata?.name === name)?.stringData
  if (!found) throw new Error(`There is no Secret ${name}.`)
  return found
}

/**
 * A container's variables as Kubernetes sets them: those of `envFrom`, then those of `env`, in which `$(NAME)` stands for one
 * before it. Throws if a ConfigMap, a Secret or a key in it is missing. `helpers`: those that are there only for others to use.
 */
export function environmentIn(overlay: Overlay, container: Container): { all: Labels; helpers: string[] } {
  const from = (container.envFrom ?? []).map(({ configMapRef, secretRef }) =>
    configMapRef ? configOf(overlay, configMapRef.name) : secretOf(overlay, secretRef?.name),
  )
  const own: Labels = {}
  const helpers = new Set<string>()
  for (const { name, value, valueFrom } of container.env ?? []) {
    own[name] = valueFrom ? referred(overlay, name, valueFrom) : expanded(value ?? '', own, helpers)
  }
  return { all: Object.assign({}, ...from, own), helpers: [...helpers] }
}

function referred(overlay: Overlay, variable: string, from: NonNullable<EnvVar['valueFrom']>): string {
  const { configMapKeyRef, secretKeyRef } = from
  if (!configMapKeyRef && !secretKeyRef) return 'pod'
  const data = configMapKeyRef ? configOf(overlay, configMapKeyRef.name) : secretOf(overlay, secretKeyRef?.name)
  const key = configMapKeyRef?.key ?? secretKeyRef?.key ?? ''
  const value = data[key]
  if (value === undefined) throw new Error(`${variable} has no value: ${key}`)
  return value
}

/** Kubernetes leaves a name that it does not know as it stands; here that is an error. */
const expanded = (value: string, before: Labels, used: Set<string>) =>
  value.replaceAll(/\$\((\w+)\)/g, (_, name: string) => {
    if (before[name] === undefined) throw new Error(`$(${name}) is not set before ${value}`)
    used.add(name)
    return before[name]
  })

const matches = (wanted: Labels = {}, labels: Labels) =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value)

/** Whether the overlay's policies let a pod with the labels `from` connect to one with the labels `to` on this port. */
export function mayConnect(overlay: Overlay, from: Labels, to: Labels, port: number): boolean {
  const allows = (direction: 'Ingress' | 'Egress', of: Labels, other: Labels) =>
    rulesFor(overlay, direction, of, port).some(({ peers }) => !peers || peers.some((peer) => isPodHere(peer, other)))
  return allows('Egress', from, to) && allows('Ingress', to, from)
}

/** The same for all pods of another namespace. */
export const mayEnter = (overlay: Overlay, namespace: string, to: Labels, port: number): boolean =>
  rulesFor(overlay, 'Ingress', to, port).some(
    ({ peers }) =>
      !peers ||
      peers.some((peer) => peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === namespace),
  )

/** The rules of the policies for a pod with these labels, as far as they are about this port. */
const rulesFor = (overlay: Overlay, direction: 'Ingress' | 'Egress', of: Labels, port: number) =>
  overlay.objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as NonNullable<NetworkPolicy['spec']>)
    .filter(({ podSelector, policyTypes }) => policyTypes?.includes(direction) && matches(podSelector.matchLabels, of))
    .flatMap((spec) =>
      direction === 'Ingress'
        ? (spec.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports }))
        : (spec.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports })),
    )
    .filter(({ ports }) => ports?.some((each) => each.port === port))

const isPodHere = ({ podSelector, namespaceSelector }: NetworkPolicyPeer, labels: Labels) =>
  podSelector !== undefined && !namespaceSelector && matches(podSelector.matchLabels, labels)
