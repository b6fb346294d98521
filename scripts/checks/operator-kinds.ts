import type { ResourceRequirements } from 'kubernetes-types/core/v1.js'
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js'

/** `Cluster` of CloudNativePG 1.25: the fields that we use, from its CRD (config/crd/bases/postgresql.cnpg.io_clusters.yaml). */
export type Cluster = {
  apiVersion: 'postgresql.cnpg.io/v1'
  kind: 'Cluster'
  metadata: ObjectMeta
  spec: {
    instances: number
    inheritedMetadata?: { labels?: { [label: string]: string }; annotations?: { [annotation: string]: string } }
    postgresql?: {
      parameters?: { [name: string]: string }
      synchronous?: { method: 'any' | 'first'; number: number; dataDurability?: 'required' | 'preferred' }
    }
    enableSuperuserAccess?: boolean
    superuserSecret?: { name: string }
    affinity?: {
      enablePodAntiAffinity?: boolean
      topologyKey?: string
      podAntiAffinityType?: 'preferred' | 'required'
    }
    storage?: { size?: string; storageClass?: string }
    walStorage?: { size?: string; storageClass?: string }
    resources?: ResourceRequirements
  }
}

/** `Issuer` and `Certificate` of cert-manager: the fields that we use. */
export type Issuer = {
  apiVersion: 'cert-manager.io/v1'
  kind: 'Issuer'
  metadata: ObjectMeta
  spec: { selfSigned: object } | { ca: { secretName: string } }
}
export type Certificate = {
  apiVersion: 'cert-manager.io/v1'
  kind: 'Certificate'
  metadata: ObjectMeta
  spec: {
    secretName: string
    issuerRef: { name: string; kind: 'Issuer' | 'ClusterIssuer'; group: 'cert-manager.io' }
    isCA?: boolean
    commonName?: string
    dnsNames?: string[]
    duration?: string
    renewBefore?: string
    usages?: ('digital signature' | 'server auth' | 'client auth')[]
    privateKey?: { algorithm: 'ECDSA'; size: 256 | 384 }
  }
}
