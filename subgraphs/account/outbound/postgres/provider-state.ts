import { LockMode, type MikroORM } from '@mikro-orm/postgresql'
import type { ProviderState } from '../../application/ports.ts'
import { ProviderStateRow } from './rows.ts'

/** The provider itself refuses what has expired (it allows for 15 s of clocks that differ); later it is only swept. */
const KEPT_AFTER_EXPIRY_MS = 60_000

/**
 * Requests of a browser at the same time each write its session as they have read it. One that was destroyed is kept until it would
 * have expired, consumed and with nothing in it, so that none of them brings it back.
 */
const SESSION = 'Session'
const ended = () => ({ consumedAt: new Date(), payload: {}, uid: null, grantId: null, userCode: null, accountId: null })
const isEnded = (row: { kind: string; consumedAt?: Date | null | undefined }) =>
  row.kind === SESSION && !!row.consumedAt

/** The OpenID provider's storage on PostgreSQL, shared by all replicas. */
export function postgresProviderState(orm: MikroORM): ProviderState {
  return {
    upsert: async (kind, id, payload, expiresIn) => {
      const row = {
        kind,
        id,
        payload,
        grantId: payload.grantId ?? null,
        uid: payload.uid ?? null,
        userCode: payload.userCode ?? null,
        accountId: payload.accountId ?? null,
        expiresAt: expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1_000),
      }
      if (kind !== SESSION) return void (await orm.em.fork().upsert(ProviderStateRow, row))
      await orm.em.fork().transactional(async (em) => {
        // Locked, so that of a sign-out at the same time either this is overwritten or its mark is seen.
        const kept = await em.findOne(ProviderStateRow, { kind, id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        if (!kept?.consumedAt) await em.upsert(ProviderStateRow, row)
      })
    },
    find: async (kind, by, value) => {
      const row = await orm.em.fork().findOne(ProviderStateRow, { kind, [by]: value })
      if (!row || isEnded(row)) return undefined
      return row.consumedAt ? { ...row.payload, consumed: Math.floor(row.consumedAt.getTime() / 1_000) } : row.payload
    },
    consumeOnce: async (kind, id) => {
      const consumed = await orm.em
        .fork()
        .nativeUpdate(ProviderStateRow, { kind, id, consumedAt: null }, { consumedAt: new Date() })
      return consumed > 0
    },
    destroy: async (kind, id) => {
      if (kind === SESSION) return void (await orm.em.fork().nativeUpdate(ProviderStateRow, { kind, id }, ended()))
      await orm.em.fork().nativeDelete(ProviderStateRow, { kind, id })
    },
    revokeByGrantId: async (grantId) => {
      await orm.em.fork().nativeDelete(ProviderStateRow, { grantId })
    },
    newest: async (kind) => {
      const rows = await orm.em
        .fork()
        .find(ProviderStateRow, { kind, expiresAt: { $gt: new Date() } }, { orderBy: { id: 'desc' }, limit: 50 })
      return rows.map(({ payload }) => payload)
    },
    ofAccount: async (kind, accountId) => {
      const rows = await orm.em.fork().find(ProviderStateRow, { kind, accountId, expiresAt: { $gt: new Date() } })
      return rows.map(({ payload }) => payload)
    },
    destroyOf: async (accountId) => {
      await orm.em.fork().nativeDelete(ProviderStateRow, { accountId })
    },
    sweep: async () => {
      const before = new Date(Date.now() - KEPT_AFTER_EXPIRY_MS)
      await orm.em.fork().nativeDelete(ProviderStateRow, { expiresAt: { $lt: before } })
    },
  }
}
