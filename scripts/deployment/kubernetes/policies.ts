import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
} from 'kubernetes-types/networking/v1.js'
import { type Connection, PORTS } from '../programs.ts'
import { labelsOf, POSTGRES_LABEL, selectorOf } from './labels.ts'

const tcp = (port: number) => [{ protocol: 'TCP', port }]
const pods = (matchLabels: { [label: string]: string }) => ({ podSelector: { matchLabels } })

/** The payment provider is somewhere in the Internet: https to all but private and link-local addresses. */
const OUTSIDE: NetworkPolicyEgressRule = {
  to: [
    {
      ipBlock: {
        cidr: '0.0.0.0/0',
        except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
      },
    },
    { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
  ],
  ports: tcp(443),
}

/** The pods that a program runs in have its name, but for those of the migration, which run in one. */
const MIGRATION = ['databases', 'migrate']
const podName = (program: string) => (MIGRATION.includes(program) ? 'migrate' : program)
const labelsOfPods = (name: string) => (name === 'postgres' ? POSTGRES_LABEL : selectorOf(podName(name)))

function portOf({ to, port = 'http' }: Connection): number {
  if (to === 'postgres') return 5432
  return to === 'nats' ? 4222 : PORTS[port]
}

const egress = (connection: Connection): NetworkPolicyEgressRule =>
  connection.to === 'outside' ? OUTSIDE : { to: [pods(labelsOfPods(connection.to))], ports: tcp(portOf(connection)) }

const ingress = (connection: Connection): NetworkPolicyIngressRule => ({
  from: [pods(labelsOfPods(connection.from))],
  ports: tcp(portOf(connection)),
})

const distinct = <Rule>(rules: Rule[]) => [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()]

/**
 * Who of all `connections` may connect to the pods called `name`, and to whom these may; beside what network-policies.yaml allows all
 * pods. `policy`: its name, if that is another.
 */
export function policyOf(name: string, connections: readonly Connection[], policy = name): NetworkPolicy {
  const out = distinct(connections.filter(({ from }) => podName(from) === name).map(egress))
  const into = distinct(connections.filter(({ to }) => podName(to) === name).map(ingress))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: policy, labels: labelsOf(name, 'infrastructure') },
    spec: {
      podSelector: { matchLabels: labelsOfPods(name) },
      policyTypes: ['Ingress', 'Egress'],
      ...(into.length > 0 && { ingress: into }),
      ...(out.length > 0 && { egress: out }),
    },
  }
}
