import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import { kustomize } from './kubectl.ts'
import { fieldProblems } from './kubernetes-types.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

it('finds misspelt fields, missing ones and wrong types in Kubernetes objects, each with its object', () => {
  const objects = kustomize(`${ROOT}deploy/kubernetes/overlays/production`)
  const planted = [
    { of: 'Deployment item', from: '"readinessProbe"', to: '"readinesProbe"', field: 'readinesProbe' },
    { of: 'Deployment order', from: '"maxUnavailable":0', to: '"maxUnavailabel":0', field: 'maxUnavailabel' },
    { of: 'NetworkPolicy payment', from: '"podSelector"', to: '"podSelectors"', field: 'podSelector' },
    { of: 'HorizontalPodAutoscaler router', from: '"minReplicas":2', to: '"minReplicas":"2"', field: 'string' },
    { of: 'StatefulSet nats', from: '"serviceName":"nats-cluster",', to: '', field: 'serviceName' },
    { of: 'Cluster postgres', from: '"dataDurability":"required"', to: '"dataDurability":"always"', field: 'always' },
  ]
  const changed = objects.map((object) => {
    const text = JSON.stringify(object)
    const { from = '', to = '' } = planted.find(({ of }) => of === `${object.kind} ${object.metadata.name}`) ?? {}
    return JSON.parse(text.replace(from, to))
  })
  const found = fieldProblems(changed)
  for (const { of, field } of planted)
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${of}: .*${field}`)))
  expect(found.length).toBe(planted.length)
})
