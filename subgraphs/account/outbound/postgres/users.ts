import { LockMode, type MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../../../chassis/ids.ts'
import { OutboxRow } from '../../../../chassis/postgres/rows.ts'
import { stampWith } from '../../../../schema/events/stamp.ts'
import type { Users } from '../../application/ports.ts'
import { type AskedRole, erase, type User } from '../../domain/user.ts'
import { revoke } from './revoke.ts'
import { AddressRow, ProviderStateRow, RoleRequestRow, SignInRow, UserRow } from './rows.ts'

/** The first key of an advisory lock, unique in this database. */
const SIGN_UP_LOCK = 7_102

/** The most role requests that are listed. */
const MOST_LISTED = 1_000

/** People, and what they sign in with, on PostgreSQL. */
export const postgresUsers = (orm: MikroORM): Users => ({
  byIds: async (ids) => {
    if (ids.length === 0) return []
    return orm.em.fork().find(UserRow, { id: { $in: [...ids] } }, { disableIdentityMap: true })
  },
  bySignIn: (identifier) => bySignIn(orm, identifier),
  keep: async ({ id, name, roles }, identifier) => {
    await orm.em.fork().transactional(async (em) => {
      await em.upsert(UserRow, { id, name, roles })
      await em.upsert(SignInRow, { identifier, userId: id })
    })
  },
  signUp: (user, identifier) =>
    orm.em.fork().transactional(async (em) => {
      // Of two at once, as from two tabs, the second finds the first's.
      await em.execute('select pg_advisory_xact_lock(?, hashtext(?))', [SIGN_UP_LOCK, identifier])
      const known = await em.findOne(SignInRow, { identifier })
      if (known) return em.findOneOrFail(UserRow, { id: known.userId }, { disableIdentityMap: true })
      await em.insert(UserRow, user)
      await em.insert(SignInRow, { identifier, userId: user.id })
      return user
    }),
  signInsOf: async (id) => {
    const rows = await orm.em.fork().find(SignInRow, { userId: id }, { orderBy: { identifier: 'asc' } })
    return rows.map(({ identifier }) => identifier)
  },
  signInTimesOf: async (id) => {
    type Row = { identifier: string; since: string | Date }
    const sql = 'select identifier, since from sign_in where user_id = ? order by identifier'
    const rows = await orm.em.fork().execute<Row[]>(sql, [id])
    return rows.map(({ identifier, since }) => ({ signIn: identifier, since: new Date(since) }))
  },
  askRole: async (id, role) => {
    const sql = `insert into role_request (user_id, role, asked_at)
      select id, ?, now() from users where id = ? and name <> '' and not (? = any (roles)) on conflict do nothing`
    await orm.em.fork().execute(sql, [role, id, role])
  },
  askedRoles: async (id) => {
    const sql = `select user_id, name, role, asked_at from role_request join users on users.id = user_id
      where ?::uuid is null or user_id = ?::uuid order by asked_at limit ${MOST_LISTED}`
    type Asked = { user_id: string; name: string; role: AskedRole; asked_at: string | Date }
    const rows = await orm.em.fork().execute<Asked[]>(sql, [id ?? null, id ?? null])
    return rows.map((row) => ({
      userId: row.user_id,
      name: row.name,
      role: row.role,
      askedAt: new Date(row.asked_at),
    }))
  },
  giveRole: (id, role) =>
    orm.em.fork().transactional(async (em) => {
      const user = await em.findOneOrFail(UserRow, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (!user.roles.includes(role)) user.roles = [...user.roles, role]
      // Whatever role: one that is never asked for has no row.
      await em.execute('delete from role_request where user_id = ? and role = ?', [id, role])
      return user.roles
    }),
  refuseRole: async (id, role) => (await orm.em.fork().nativeDelete(RoleRequestRow, { userId: id, role })) > 0,
  rename: async (id, name) => {
    await orm.em.fork().nativeUpdate(UserRow, { id, name: { $ne: '' } }, { name })
  },
  signOut: async (id, now) => {
    const sql = 'update users set signed_out_at = greatest(signed_out_at, ?) where id = ?'
    await orm.em.fork().execute(sql, [new Date(now), id])
  },
  signedOutAt: async (id) => {
    const sql = 'select signed_out_at from users where id = ?'
    const [row] = await orm.em.fork().execute<{ signed_out_at: string | Date | null }[]>(sql, [id])
    return row?.signed_out_at ? new Date(row.signed_out_at).getTime() : null
  },
  erase: (id, now, before) =>
    orm.em.fork().transactional(async (em) => {
      const user = await em.findOne(UserRow, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (!user) return
      await em.execute('update users set erased_at = coalesce(erased_at, ?) where id = ?', [new Date(now), id])
      const erased = erase(user)
      const stamp = stampWith({ now: () => new Date(now), newId })
      for (const fact of erased.says) em.persist(em.create(OutboxRow, stamp(fact, newId())))
      em.assign(user, erased.user)
      await em.nativeDelete(SignInRow, { userId: id })
      await em.nativeDelete(RoleRequestRow, { userId: id })
      await em.nativeDelete(AddressRow, { userId: id })
      await em.nativeDelete(ProviderStateRow, { accountId: id })
      await revoke(em, { kind: 'subject', id, before })
    }),
  removeRoles: (id, roles, before) =>
    orm.em.fork().transactional(async (em) => {
      const user = await em.findOneOrFail(UserRow, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      user.roles = user.roles.filter((role) => !roles.includes(role))
      await revoke(em, { kind: 'subject', id, before })
      return user.roles
    }),
})

async function bySignIn(orm: MikroORM, identifier: string): Promise<User | null> {
  const em = orm.em.fork()
  const signIn = await em.findOne(SignInRow, { identifier })
  return signIn && em.findOne(UserRow, { id: signIn.userId }, { disableIdentityMap: true })
}
