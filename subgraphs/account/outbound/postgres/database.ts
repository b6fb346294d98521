import { type EntityManager, LockMode, type MikroORM, UniqueConstraintViolationException } from '@mikro-orm/postgresql'
import type { JWK } from 'jose'
import type { AccountPorts, MachineClients, Revocations, SigningKeys, Users } from '../../application/ports.ts'
import type { Revocation } from '../../domain/revocation.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import { migrations } from './migrations.ts'
import { postgresProviderState } from './provider-state.ts'
import { MachineClientRow, ProviderStateRow, RevocationRow, SignInRow, SigningKeyRow, UserRow } from './rows.ts'
import { seal, unseal } from './sealing.ts'

/** The account context's tables. */
export const schema = {
  entities: [UserRow, SignInRow, MachineClientRow, SigningKeyRow, RevocationRow, ProviderStateRow],
  migrations,
  deletesFrom: ['provider_state', 'machine_client', 'signing_key', 'revocation'],
}

/** Everything the account context keeps, in its own database. `sealingKey` (32 bytes) locks private keys at rest. */
export const postgresPorts = (orm: MikroORM, sealingKey: Buffer): AccountPorts => ({
  ...postgresAccounts(orm),
  keys: signingKeys(orm, sealingKey),
  state: postgresProviderState(orm),
})

/** What needs no key to be read. */
export const postgresAccounts = (orm: MikroORM): Pick<AccountPorts, 'users' | 'clients' | 'revocations'> => ({
  users: users(orm),
  clients: machineClients(orm),
  revocations: revocations(orm),
})

const users = (orm: MikroORM): Users => ({
  byIds: async (ids) => {
    if (ids.length === 0) return []
    return orm.em.fork().find(UserRow, { id: { $in: [...ids] } }, { disableIdentityMap: true })
  },
  bySignIn: async (identifier) => {
    const em = orm.em.fork()
    const signIn = await em.findOne(SignInRow, { identifier })
    return signIn && em.findOne(UserRow, { id: signIn.userId }, { disableIdentityMap: true })
  },
  keep: async ({ id, name, roles }, identifier) => {
    await orm.em.fork().transactional(async (em) => {
      await em.upsert(UserRow, { id, name, roles })
      await em.upsert(SignInRow, { identifier, userId: id })
    })
  },
  removeRoles: (id, roles, before) =>
    orm.em.fork().transactional(async (em) => {
      const user = await em.findOneOrFail(UserRow, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      user.roles = user.roles.filter((role) => !roles.includes(role))
      await revoke(em, { kind: 'subject', id, before })
      return user.roles
    }),
})

const machineClients = (orm: MikroORM): MachineClients => ({
  find: (id) => orm.em.fork().findOne(MachineClientRow, { id }, { disableIdentityMap: true }),
  add: async (client) => {
    try {
      await orm.em.fork().insert(MachineClientRow, client)
      return true
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return false
      throw error
    }
  },
  keep: (client, before) =>
    orm.em.fork().transactional(async (em) => {
      await em.upsert(MachineClientRow, client)
      if (before !== undefined) await revoke(em, { kind: 'client', id: client.id, before })
    }),
  remove: (id, before) =>
    orm.em.fork().transactional(async (em) => {
      const removed = await em.nativeDelete(MachineClientRow, { id })
      if (removed > 0) await revoke(em, { kind: 'client', id, before })
      return removed > 0
    }),
})

const revocations = (orm: MikroORM): Revocations => ({
  all: () => orm.em.fork().find(RevocationRow, {}, { orderBy: { kind: 'asc', id: 'asc' }, disableIdentityMap: true }),
  add: (revocation) => revoke(orm.em.fork(), revocation),
  sweep: async (before) => {
    await orm.em.fork().nativeDelete(RevocationRow, { kind: { $ne: 'key' }, before: { $lt: before } })
  },
})

/** Keeps the later of two times. */
async function revoke(em: EntityManager, { kind, id, before }: Revocation): Promise<void> {
  const sql = `insert into revocation (kind, id, before) values (?, ?, ?)
    on conflict (kind, id) do update set before = greatest(revocation.before, excluded.before)`
  await em.execute(sql, [kind, id, before])
}

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
