import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { StatePayload } from '../../application/ports.ts'
import type { Revocation } from '../../domain/revocation.ts'
import type { AskedRole, Role } from '../../domain/user.ts'

export const UserRow = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: { id: p.uuid().primary(), name: p.text(), roles: p.array().$type<Role[]>() },
})

/** What someone signs in with leads to exactly one user; a user may have several. */
export const SignInRow = defineEntity({
  name: 'SignIn',
  tableName: 'sign_in',
  properties: { identifier: p.text().primary(), userId: p.uuid() },
})

export const MachineClientRow = defineEntity({
  name: 'MachineClient',
  tableName: 'machine_client',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    secretHash: p.text(),
    scopes: p.array(),
  },
})

/** `sealed` is the private JWK, encrypted (sealing.ts). */
export const SigningKeyRow = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_key',
  properties: { generation: p.integer().primary(), signsFrom: p.datetime(), sealed: p.text() },
})

export const RevocationRow = defineEntity({
  name: 'Revocation',
  tableName: 'revocation',
  properties: {
    kind: p.text().primary().$type<Revocation['kind']>(),
    id: p.text().primary(),
    before: p.bigint('number'),
  },
})

export const ProviderStateRow = defineEntity({
  name: 'ProviderState',
  tableName: 'provider_state',
  properties: {
    kind: p.text().primary(),
    id: p.text().primary(),
    payload: p.json<StatePayload>(),
    grantId: p.text().nullable(),
    uid: p.text().nullable(),
    userCode: p.text().nullable(),
    accountId: p.text().nullable(),
    consumedAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
  },
})

export const AppRow = defineEntity({
  name: 'App',
  tableName: 'app',
  properties: { id: p.text().primary(), name: p.text(), redirectUris: p.array() },
})

export const AttemptRow = defineEntity({
  name: 'Attempt',
  tableName: 'sign_in_attempt',
  properties: {
    id: p.text().primary(),
    phone: p.text(),
    codeHash: p.text().nullable(),
    codeExpiresAt: p.datetime(),
    tries: p.integer(),
    verified: p.boolean(),
    expiresAt: p.datetime(),
  },
})

export const AddressRow = defineEntity({
  name: 'Address',
  tableName: 'address',
  properties: {
    userId: p.uuid().primary(),
    key: p.text().primary(),
    label: p.text(),
    name: p.text(),
    phone: p.text(),
    address: p.text(),
    postalCode: p.text().nullable(),
  },
})

export const RoleRequestRow = defineEntity({
  name: 'RoleRequest',
  tableName: 'role_request',
  properties: { userId: p.uuid().primary(), role: p.text().primary().$type<AskedRole>(), askedAt: p.datetime() },
})

export type UserRow = InferEntity<typeof UserRow>
export type AddressRow = InferEntity<typeof AddressRow>
