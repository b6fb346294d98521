import type { MikroORM } from '@mikro-orm/postgresql'
import type { Attempts, SharedLimits } from '../../application/ports.ts'
import { type Limit, MOST_TRIES, paceOf } from '../../domain/sign-in.ts'
import { AttemptRow } from './rows.ts'

/** People who are about to sign in, on PostgreSQL. */
export const postgresAttempts = (orm: MikroORM): Attempts => ({
  find: async (id) => {
    const row = await orm.em.fork().findOne(AttemptRow, { id }, { disableIdentityMap: true })
    if (!row) return null
    const { phone, codeHash = null, codeExpiresAt, tries, verified } = row
    return { id, phone, codeHash, codeExpiresAt: codeExpiresAt.getTime(), tries, verified }
  },
  begin: async ({ codeExpiresAt, expiresAt, ...attempt }) => {
    await orm.em.fork().upsert(AttemptRow, {
      ...attempt,
      codeExpiresAt: new Date(codeExpiresAt),
      expiresAt: new Date(expiresAt),
      tries: 0,
      verified: false,
    })
  },
  countTry: async (id, now) => {
    const sql = `update sign_in_attempt set tries = tries + 1
      where id = ? and tries < ? and code_expires_at > ? and code_hash is not null returning code_hash`
    const rows = await orm.em.fork().execute<{ code_hash: string }[]>(sql, [id, MOST_TRIES, new Date(now)])
    return rows[0]?.code_hash ?? null
  },
  verify: async (id, codeHash) => {
    const verified = await orm.em.fork().nativeUpdate(AttemptRow, { id, codeHash }, { codeHash: null, verified: true })
    return verified > 0
  },
  remove: async (id) => {
    await orm.em.fork().nativeDelete(AttemptRow, { id })
  },
  sweep: async (now) => {
    await orm.em.fork().nativeDelete(AttemptRow, { expiresAt: { $lt: new Date(now) } })
  },
})

function intervalsOf(limit: Limit): { each: string; ahead: string } {
  const { eachMs, aheadMs } = paceOf(limit)
  return { each: `${eachMs} milliseconds`, ahead: `${aheadMs} milliseconds` }
}

/** The limits of all replicas; `counted` (domain/sign-in.ts) in one statement, so that two at once count as two. */
export const postgresLimits = (orm: MikroORM): SharedLimits => ({
  take: async (key, limit, now) => {
    const em = orm.em.fork()
    const { each, ahead } = intervalsOf(limit)
    const at = new Date(now)
    const sql = `insert into shared_limit as kept (key, free_at) values (?, ?::timestamptz + ?::interval)
      on conflict (key) do update set free_at = greatest(kept.free_at, ?::timestamptz) + ?::interval
      where greatest(kept.free_at, ?::timestamptz) + ?::interval <= ?::timestamptz + ?::interval returning 1`
    const taken = await em.execute(sql, [key, at, each, at, each, at, each, at, ahead])
    if (taken.length > 0) return 0
    const [row] = await em.execute<{ wait: number }[]>(
      `select extract(epoch from free_at + ?::interval - ?::timestamptz - ?::interval) * 1000 as wait
       from shared_limit where key = ?`,
      [each, at, ahead, key],
    )
    return Math.max(1, Math.ceil(Number(row?.wait ?? 1)))
  },
  giveBack: async (key, limit) => {
    const sql = 'update shared_limit set free_at = free_at - ?::interval where key = ?'
    await orm.em.fork().execute(sql, [intervalsOf(limit).each, key])
  },
  sweep: async (now) => {
    await orm.em.fork().execute('delete from shared_limit where free_at < ?', [new Date(now)])
  },
})
