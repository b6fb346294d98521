import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js'
import type { Container, Service } from 'kubernetes-types/core/v1.js'
import type { Ingress } from 'kubernetes-types/networking/v1.js'
import { STOP_DEADLINE_MS } from '../../chassis/draining.ts'
import { LIVE } from '../../chassis/nats/connection.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { connections, PORTS } from '../../scripts/deployment/programs.ts'
import { connectionsOf, OWNER_CONNECTIONS } from '../../scripts/launcher/infrastructure/databases.ts'
import { LOGS_WITHOUT_VALUES } from '../../scripts/launcher/infrastructure/postgres.ts'
import { complaints, unknownVariables } from '../testing/readers.ts'
import {
  environmentIn,
  mayConnect,
  mayEnter,
  type Overlay,
  objectOf,
  overlayOf,
  type Pods,
} from './testing/kubernetes.ts'

const NATS_CONF = new URL('../../deploy/kubernetes/base/nats/nats.conf', import.meta.url)

/** PostgreSQL keeps some for itself; its operator, a backup and a person need a few. */
const CONNECTIONS_OF_OTHERS = 20

const isOurs = ({ image }: Container) => image?.startsWith('flower-delivery')
const secretsUsed = ({ env = [], envFrom = [] }: Container) => [
  ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
  ...envFrom.flatMap(({ secretRef }) => (secretRef ? { name: secretRef.name, key: undefined } : [])),
]

/** Stands for each folder that a Secret with an authority is mounted at. */
const authority = mkdtempSync(join(tmpdir(), 'flower-kubernetes-'))
writeFileSync(join(authority, 'ca.crt'), 'a certificate')
afterAll(() => rmSync(authority, { recursive: true }))
const inContainer = ({ volumeMounts = [] }: Container, value: string) =>
  volumeMounts
    .filter(({ name }) => name.endsWith('-ca'))
    .reduce((text, { mountPath }) => text.replaceAll(`${mountPath}/`, `${authority}/`), value)

describe.each(['development', 'production', 'production-nats-tls'])('the manifests for %s', (name) => {
  const environment = name === 'development' ? name : 'production'
  let overlay: Overlay
  let ours: { pod: Pods; container: Container }[]
  beforeAll(async () => {
    overlay = await overlayOf(name)
    ours = overlay.pods.flatMap((pod) => pod.containers.filter(isOurs).map((container) => ({ pod, container })))
  })
  const kinds = <Kind>(kind: string) => overlay.objects.filter((object) => object.kind === kind) as Kind[]

  it('give every program an environment that its own settings reader accepts, with nothing that it does not read', () => {
    // The contexts, router, streams, databases and migrate; in development the sandbox and the demo, too.
    expect(ours.length).toBe(CONTEXTS.length + (environment === 'development' ? 6 : 4))
    for (const { container } of ours) {
      const { all, helpers } = environmentIn(overlay, container)
      const command = container.command ?? []
      const read = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, inContainer(container, value)]))
      const unread = unknownVariables(command, all).filter((name) => !helpers.includes(name))
      expect([container.name, complaints(command, read), unread]).toEqual([container.name, [], []])
      expect([container.name, all.NODE_ENV]).toEqual([container.name, environment])
      expect(existsSync(command.find((part) => part.endsWith('.ts')) ?? '')).toBe(true)
    }
  })

  it('give each program the Secret of its own name, which has nothing that it does not use', () => {
    for (const { name, containers } of overlay.pods)
      for (const container of containers.filter(isOurs))
        expect([name, [...new Set(secretsUsed(container).map((each) => each.name))]]).toEqual([
          name,
          secretsUsed(container).length ? [container.name] : [],
        ])
    for (const { metadata, stringData = {} } of overlay.secrets) {
      const used = overlay.pods.flatMap(({ containers }) => containers.flatMap(secretsUsed))
      const keys = used.filter(({ name }) => name === metadata?.name).map(({ key }) => key)
      const isWhole = keys.includes(undefined) // NATS has all of its own.
      const unused = Object.keys(stringData).filter((key) => !isWhole && !keys.includes(key) && key !== 'username')
      const isOperators = environment === 'production' && metadata?.name === 'postgres-admin'
      if (!isOperators) expect([metadata?.name, unused]).toEqual([metadata?.name, []])
    }
  })

  it('have no secret in them', () => {
    const text = JSON.stringify(overlay.objects)
    const secrets = Object.entries(overlay.settings).filter(([, value]) => value.length >= 24)
    expect(secrets.length).toBeGreaterThan(20)
    expect(secrets.filter(([, value]) => text.includes(value) && !value.startsWith('http'))).toEqual([])
    expect(kinds('Secret')).toEqual([])
  })

  it('put each object into one step of a rollout: servers, tables, contexts, and the router as the last', () => {
    const steps = Map.groupBy(overlay.objects, ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'])
    expect(new Set(steps.keys())).toEqual(new Set(['infrastructure', 'migration', 'program', 'edge']))
    const deployments = (step: string) =>
      steps.get(step)?.flatMap(({ kind, metadata }) => (kind === 'Deployment' ? metadata.name : []))
    expect(deployments('edge')).toEqual(['router'])
    expect(deployments('program')).toEqual(expect.arrayContaining([...CONTEXTS, 'streams']))
    expect(steps.get('migration')?.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Job migrate'])
  })

  it('let exactly those programs connect that must', async () => {
    const who = await connections(environment === 'development')
    const job = (name: string) => (['databases', 'migrate'].includes(name) ? 'migrate' : name)
    const labelsOf = (name: string) =>
      name === 'postgres'
        ? { 'flower-delivery/role': 'postgres' }
        : (overlay.pods.find((pod) => pod.name === job(name))?.labels ?? {})
    const targets = [
      ...overlay.pods
        .filter(({ kind, name }) => kind === 'Deployment' && name !== 'postgres')
        .flatMap(({ name, containers }) =>
          containers.flatMap(({ ports = [] }) => ports.map((port) => ({ name, port: port.containerPort }))),
        ),
      { name: 'nats', port: 4222 },
      { name: 'postgres', port: 5432 },
    ]
    const callers = [...new Set(overlay.pods.map(({ name }) => name))].filter((name) => name !== 'postgres')
    for (const from of callers)
      for (const { name: to, port } of targets) {
        const must = who.some(
          (each) =>
            job(each.from) === from &&
            each.to === to &&
            (['nats', 'postgres'].includes(to) || PORTS[each.port ?? 'http'] === port),
        )
        const may = mayConnect(overlay, labelsOf(from), labelsOf(to), port)
        expect([from, to, port, may]).toEqual([from, to, port, must])
      }
    expect(mayConnect(overlay, labelsOf('nats'), labelsOf('nats'), 6222)).toBe(true)
  })

  it('let the way in reach the API, the issuer and what proves that the hosts are ours, in production only', () => {
    const labelsOf = (name: string) => overlay.pods.find((pod) => pod.name === name)?.labels ?? {}
    const solver = { 'acme.cert-manager.io/http01-solver': 'true' }
    const targets = [
      ...overlay.pods.flatMap(({ name, labels, containers }) =>
        containers.flatMap(({ ports = [] }) => ports.map(({ containerPort: port }) => ({ name, labels, port }))),
      ),
      { name: 'cert-manager', labels: solver, port: 8089 },
      { name: 'cert-manager', labels: solver, port: 8080 },
      { name: 'router', labels: labelsOf('router'), port: 8089 },
    ]
    const reached = targets.filter(({ labels, port }) => mayEnter(overlay, 'ingress-nginx', labels, port))
    expect(reached.map(({ name, port }) => `${name} ${port}`).sort()).toEqual(
      environment === 'development' ? [] : ['account 4090', 'cert-manager 8089', 'router 8080'],
    )
  })

  it('have Services that find pods with their ports, under the names that programs call', () => {
    for (const { metadata, spec } of kinds<Service>('Service')) {
      const found = overlay.pods.filter(({ labels }) =>
        Object.entries(spec?.selector ?? {}).every(([label, value]) => labels[label] === value),
      )
      expect([metadata?.name, found.map(({ name }) => name)]).toEqual([
        metadata?.name,
        [metadata?.name?.replace('-cluster', '')],
      ])
      const ports = found.flatMap(({ containers }) => containers.flatMap((container) => container.ports ?? []))
      for (const port of spec?.ports ?? [])
        expect(ports).toContainEqual(expect.objectContaining({ name: port.targetPort, containerPort: port.port }))
    }
    const names = kinds<Service>('Service').map(({ metadata }) => metadata?.name)
    for (const { container } of ours) {
      const text = JSON.stringify(environmentIn(overlay, container).all)
      for (const [, host = ''] of text.matchAll(/(?:https?:\/\/|@)([a-z-]+):\d+/g))
        if (host !== 'localhost') expect([...names, 'postgres-rw']).toContain(host)
    }
  })

  it('allow PostgreSQL as many connections as all contexts’ roles may have', () => {
    const sizes = kinds<HorizontalPodAutoscaler>('HorizontalPodAutoscaler').map(({ spec }) => spec?.maxReplicas)
    const most = Math.max(...sizes.map(Number))
    const databases = ours.find(({ container }) => container.name === 'databases')
    const given = databases ? environmentIn(overlay, databases.container).all : {}
    expect(given.INSTANCES).toBe(String(most))
    for (const context of CONTEXTS) {
      const { container } = ours.find((each) => each.container.name === context) ?? {}
      const pool = container && environmentIn(overlay, container).all.DATABASE_CONNECTIONS
      expect([context, pool]).toEqual([context, given.DATABASE_CONNECTIONS])
    }
    const server =
      environment === 'development'
        ? objectOf(overlay, 'StatefulSet', 'postgres')
        : objectOf(overlay, 'Cluster', 'postgres')
    for (const [name, value] of Object.entries(LOGS_WITHOUT_VALUES))
      expect(JSON.stringify(server)).toMatch(new RegExp(`${name}["=:]+${value}`))
    const [, allowed] = /max_connections["=:]+(\d+)/.exec(JSON.stringify(server)) ?? []
    const ofRoles = CONTEXTS.length * (connectionsOf(most, Number(given.DATABASE_CONNECTIONS)) + OWNER_CONNECTIONS)
    expect(Number(allowed)).toBeGreaterThanOrEqual(ofRoles + CONNECTIONS_OF_OTHERS)
  })

  it('limit FACTS to less than NATS may store, so that its alert fires before', () => {
    const limits = [...CONTEXTS, 'streams'].map((name) => {
      const { container } = ours.find((each) => each.container.name === name) ?? {}
      return Number(container && environmentIn(overlay, container).all.FACTS_MAX_BYTES)
    })
    const [limit = 0] = limits
    expect(new Set(limits).size).toBe(1)
    const [, gigabytes] = /max_file_store: (\d+)GB/.exec(readFileSync(NATS_CONF, 'utf8')) ?? []
    expect(limit).toBeGreaterThan(0)
    expect(limit + (LIVE.max_bytes ?? 0)).toBeLessThan(Number(gigabytes) * 1_000 ** 3)
  })

  it('give each program time to leave and to drain, and replace it without taking one away before', () => {
    for (const { pod, container } of ours.filter((each) => each.pod.kind === 'Deployment')) {
      const leaves = container.lifecycle?.preStop?.sleep?.seconds ?? 0
      expect(leaves).toBeGreaterThan(0)
      expect((pod.spec.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(leaves * 1_000 + STOP_DEADLINE_MS)
      const paths = [container.startupProbe, container.readinessProbe, container.livenessProbe]
      expect(paths.map((probe) => probe?.httpGet?.path)).toEqual(['/health', '/ready', '/health'])
      const { strategy } = objectOf(overlay, 'Deployment', pod.name).spec as { strategy: object }
      const isBook = pod.name === 'provider'
      expect(strategy).toEqual(
        isBook ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      )
    }
  })

  it('run every container without rights: not as root, on a file system that it cannot write to, with a limit of memory', () => {
    for (const { name, spec, containers } of overlay.pods) {
      expect([name, spec.securityContext]).toEqual([
        name,
        expect.objectContaining({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }),
      ])
      expect([name, spec.automountServiceAccountToken]).toEqual([name, false])
      for (const { securityContext, resources, image } of containers) {
        expect([name, securityContext]).toEqual([
          name,
          { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        ])
        expect([name, resources?.limits?.memory, resources?.requests?.cpu]).not.toContain(undefined)
        expect([name, image]).toEqual([name, expect.stringMatching(/:[\w.-]+$/)])
      }
    }
  })

  it('set every variable that NATS’ configuration has, each in quotes where it is a text', () => {
    const [container] = overlay.pods.find(({ name }) => name === 'nats')?.containers ?? []
    const all: { [name: string]: string } = container ? environmentIn(overlay, container).all : {}
    const files = ['nats.conf', 'nats-users.conf'].map((file) =>
      readFileSync(`deploy/kubernetes/base/nats/${file}`, 'utf8'),
    )
    const variables = files
      .join('\n')
      .replaceAll(/^\s*#.*|"[^"]*"/gm, '')
      .matchAll(/\$(\w+)/g)
    const names = [...variables].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(12)
    for (const name of names)
      expect([name, all[name]]).toEqual([name, expect.stringMatching(name === 'POD_NAME' ? /^pod$/ : /^".+"$/)])
  })
})

describe('the manifests for production', () => {
  let overlay: Overlay
  beforeAll(async () => {
    overlay = await overlayOf('production')
  })

  it('have neither sandbox nor demo shop', () => {
    const names = overlay.objects.map(({ metadata }) => metadata.name)
    expect(names.filter((name) => /provider|demo/.test(name))).toEqual([])
  })

  it('bring the API and the issuer in, and know the client’s address behind the one proxy', () => {
    const { spec } = objectOf(overlay, 'Ingress', 'flower-delivery') as Ingress
    const backends = spec?.rules?.map(({ http }) => http?.paths[0]?.backend.service)
    expect(backends).toEqual([
      { name: 'router', port: { name: 'http' } },
      { name: 'account', port: { name: 'issuer' } },
    ])
    const environments = overlay.pods.flatMap(({ containers }) =>
      containers.filter(isOurs).map((container) => [container.name, environmentIn(overlay, container).all] as const),
    )
    const { account, router } = Object.fromEntries(environments)
    expect([account?.TRUST_PROXY, router?.TRUST_PROXY]).toEqual(['1', '1'])
    expect(spec?.rules?.map(({ host }) => `https://${host}`)).toContain(account?.ISSUER_URL)
    expect(router?.JWT_ISSUERS).toMatch(new RegExp(`^${account?.ISSUER_URL}\\|`))
  })

  it('ask PostgreSQL only under a certificate that they check', () => {
    const urls = overlay.pods.flatMap(({ containers }) =>
      containers.filter(isOurs).flatMap((container) => environmentIn(overlay, container).all.DATABASE_URL ?? []),
    )
    expect(urls.length).toBe(CONTEXTS.length + 2)
    for (const url of urls)
      expect(url).toMatch(/@?postgres-rw:5432.*\?sslmode=verify-full&sslrootcert=\/etc\/postgres-ca\/ca\.crt$/)
  })
})
