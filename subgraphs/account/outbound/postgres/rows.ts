import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { StatePayload } from '../../application/ports.ts'
import type { Revocation } from '../../domain/revocation.ts'
import type { Role } from '../../domain/user.ts'

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
    consumedAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
  },
})

export type UserRow = InferEntity<typeof UserRow>
