import { type EntityManager, type MikroORM, UniqueConstraintViolationException } from '@mikro-orm/postgresql'
import type { JWK } from 'jose'
import type { AccountPorts, Apps, MachineClients, Revocations, SigningKeys } from '../../application/ports.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import { postgresAddresses } from './addresses.ts'
import { indexes, migrations } from './migrations.ts'
import { postgresProviderState } from './provider-state.ts'
import { deleteHeld, revoke } from './revoke.ts'
import {
  AddressRow,
  AppRow,
  AttemptRow,
  MachineClientRow,
  ProviderStateRow,
  RevocationRow,
  RoleRequestRow,
  SignInRow,
  SigningKeyRow,
  UserRow,
} from './rows.ts'
import { seal, unseal } from './sealing.ts'
import { postgresAttempts, postgresLimits } from './sign-in.ts'
import { postgresUsers } from './users.ts'

/** The first key of an advisory lock, unique in this database. */
const CLIENT_IDS_LOCK = 7_101

/** The account context's tables. */
export const schema = {
  entities: [
    UserRow,
    SignInRow,
    RoleRequestRow,
    AddressRow,
    MachineClientRow,
    AppRow,
    SigningKeyRow,
    RevocationRow,
    ProviderStateRow,
    AttemptRow,
  ],
  migrations,
  indexes,
  deletesFrom: [
    ...['provider_state', 'machine_client', 'app', 'signing_key', 'revocation', 'sign_in_attempt', 'shared_limit'],
    ...['sign_in', 'role_request', 'address'],
  ],
}

/** Everything the account context keeps, in its own database. `sealingKey` (32 bytes) locks private keys at rest. */
export const postgresPorts = (orm: MikroORM, sealingKey: Buffer): AccountPorts => ({
  ...postgresAccounts(orm),
  keys: signingKeys(orm, sealingKey),
  attempts: postgresAttempts(orm),
  limits: postgresLimits(orm),
})

/** What needs no key to be read. */
export const postgresAccounts = (
  orm: MikroORM,
): Pick<AccountPorts, 'users' | 'addresses' | 'clients' | 'apps' | 'revocations' | 'state'> => ({
  users: postgresUsers(orm),
  addresses: postgresAddresses(orm),
  clients: machineClients(orm),
  apps: apps(orm),
  revocations: revocations(orm),
  state: postgresProviderState(orm),
})

/**
 * Inserts a row whose id no app and no machine client has; false if one has it. Who adds one of the other kind at the same time
 * waits for the lock.
 */
const addClient = async (orm: MikroORM, id: string, insert: (em: EntityManager) => Promise<unknown>) => {
  try {
    return await orm.em.fork().transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(?, hashtext(?))', [CLIENT_IDS_LOCK, id])
      if ((await em.count(AppRow, { id })) + (await em.count(MachineClientRow, { id })) > 0) return false
      await insert(em)
      return true
    })
  } catch (error) {
    // The release before takes no lock.
    if (error instanceof UniqueConstraintViolationException) return false
    throw error
  }
}

const apps = (orm: MikroORM): Apps => ({
  find: (id) => orm.em.fork().findOne(AppRow, { id }, { disableIdentityMap: true }),
  add: (app) => addClient(orm, app.id, (em) => em.insert(AppRow, app)),
  replace: async ({ id, ...app }) => (await orm.em.fork().nativeUpdate(AppRow, { id }, app)) > 0,
})

const machineClients = (orm: MikroORM): MachineClients => ({
  find: (id) => orm.em.fork().findOne(MachineClientRow, { id }, { disableIdentityMap: true }),
  add: (client) => addClient(orm, client.id, (em) => em.insert(MachineClientRow, client)),
  keep: (client, before) =>
    orm.em.fork().transactional(async (em) => {
      await em.upsert(MachineClientRow, client)
      if (before !== undefined) await revoke(em, { kind: 'client', id: client.id, before })
    }),
  remove: (id, before) =>
    orm.em.fork().transactional(async (em) => {
      const removed = (await em.nativeDelete(MachineClientRow, { id })) + (await em.nativeDelete(AppRow, { id }))
      if (removed > 0) await revoke(em, { kind: 'client', id, before })
      return removed > 0
    }),
})

const revocations = (orm: MikroORM): Revocations => ({
  all: () => orm.em.fork().find(RevocationRow, {}, { orderBy: { kind: 'asc', id: 'asc' }, disableIdentityMap: true }),
  add: (revocation) => orm.em.fork().transactional((em) => revoke(em, revocation)),
  ofClient: async (id) =>
    (await orm.em.fork().findOne(RevocationRow, { kind: 'client', id }, { disableIdentityMap: true }))?.before ?? null,
  sweep: async (before) => {
    const em = orm.em.fork()
    const over = await em.find(RevocationRow, { kind: 'client', before: { $lt: before } }, { disableIdentityMap: true })
    for (const each of over) await deleteHeld(em, each.id, each.before)
    await em.nativeDelete(RevocationRow, { kind: { $ne: 'key' }, before: { $lt: before } })
  },
})

const signingKeys = (orm: MikroORM, sealingKey: Buffer): SigningKeys => {
  const rowOf = ({ generation, signsFrom, jwk }: SigningKey<JWK>) => ({
    generation,
    signsFrom: new Date(signsFrom),
    sealed: seal(sealingKey, JSON.stringify(jwk)),
  })
  return {
    all: async () => {
      const rows = await orm.em.fork().find(SigningKeyRow, {}, { orderBy: { generation: 'asc' } })
      return rows.map(({ generation, signsFrom, sealed }) => ({
        generation,
        signsFrom: signsFrom.getTime(),
        jwk: open(sealingKey, sealed),
      }))
    },
    add: async (key) => {
      await orm.em.fork().upsert(SigningKeyRow, rowOf(key), { onConflictAction: 'ignore' })
    },
    withdraw: ({ kid, generations }, successor, before) =>
      orm.em.fork().transactional(async (em) => {
        await em.nativeDelete(SigningKeyRow, { generation: { $in: [...generations] } })
        if (successor) await em.upsert(SigningKeyRow, rowOf(successor))
        await revoke(em, { kind: 'key', id: kid, before })
      }),
  }
}

function open(sealingKey: Buffer, sealed: string): JWK {
  try {
    return JSON.parse(unseal(sealingKey, sealed))
  } catch (cause) {
    throw new Error('The signing keys do not open: KEY_SECRET is not the one they were sealed with.', { cause })
  }
}
