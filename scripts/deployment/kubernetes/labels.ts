/** The namespace of everything of ours. */
export const NAMESPACE = 'flower-delivery'

/** On each pod that has PostgreSQL's port, whoever made it: a StatefulSet of ours or an operator. */
export const POSTGRES_LABEL = { 'flower-delivery/role': 'postgres' }

/** By which a Service, a policy and a Deployment find a program's pods. A Deployment's selector can never be changed. */
export const selectorOf = (name: string) => ({ 'app.kubernetes.io/name': name })

/**
 * The step of a rollout that an object belongs to (docs/kubernetes.md, "A new release"): `kubectl apply -l
 * app.kubernetes.io/component=…`. The router, as `edge`, is the last: its supergraph may need what only new contexts have.
 */
export type Component = 'infrastructure' | 'migration' | 'program' | 'edge'

export const componentOf = (program: string): Component => (program === 'router' ? 'edge' : 'program')

export const labelsOf = (name: string, component: Component) => ({
  ...selectorOf(name),
  'app.kubernetes.io/part-of': NAMESPACE,
  'app.kubernetes.io/component': component,
})
