import type { MikroORM } from '@mikro-orm/postgresql'
import type { JWK } from 'jose'
import type { AccountPorts, MachineClients, SigningKeys, Users } from '../../application/ports.ts'
import { migrations } from './migrations.ts'
import { postgresProviderState } from './provider-state.ts'
import { MachineClientRow, ProviderStateRow, SignInRow, SigningKeyRow, UserRow } from './rows.ts'
import { seal, unseal } from './sealing.ts'

/** The account context's tables. */
export const schema = {
  entities: [UserRow, SignInRow, MachineClientRow, SigningKeyRow, ProviderStateRow],
  migrations,
  deletesFrom: ['provider_state'],
}

/** Everything the account context keeps, in its own database. `sealingKey` (32 bytes) locks private keys at rest. */
export const postgresPorts = (orm: MikroORM, sealingKey: Buffer): AccountPorts => ({
  users: users(orm),
  clients: machineClients(orm),
  keys: signingKeys(orm, sealingKey),
  state: postgresProviderState(orm),
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
})

/** The registered machine clients. */
export const machineClients = (orm: MikroORM): MachineClients => ({
  find: (id) => orm.em.fork().findOne(MachineClientRow, { id }, { disableIdentityMap: true }),
  keep: async (client) => void (await orm.em.fork().upsert(MachineClientRow, client)),
})

const signingKeys = (orm: MikroORM, sealingKey: Buffer): SigningKeys => ({
  all: async () => {
    const rows = await orm.em.fork().find(SigningKeyRow, {}, { orderBy: { generation: 'asc' } })
    return rows.map(({ generation, signsFrom, sealed }) => ({
      generation,
      signsFrom: signsFrom.getTime(),
      jwk: open(sealingKey, sealed),
    }))
  },
  add: async ({ generation, signsFrom, jwk }) => {
    const row = { generation, signsFrom: new Date(signsFrom), sealed: seal(sealingKey, JSON.stringify(jwk)) }
    await orm.em.fork().upsert(SigningKeyRow, row, { onConflictAction: 'ignore' })
  },
})

function open(sealingKey: Buffer, sealed: string): JWK {
  try {
    return JSON.parse(unseal(sealingKey, sealed))
  } catch (cause) {
    throw new Error('The signing keys do not open: KEY_SECRET is not the one they were sealed with.', { cause })
  }
}
