import type { JWK } from 'jose'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { AccountPorts, App, MachineClient, StatePayload } from '../application/ports.ts'
import type { Address } from '../domain/address.ts'
import { HELD_BY_CLIENTS, type Revocation } from '../domain/revocation.ts'
import { type Attempt, counted, MOST_TRIES, paceOf } from '../domain/sign-in.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import { type AskedRole, erase, type User } from '../domain/user.ts'

/** The account context's ports in memory, for tests; `userReads` lists the ids of each read of users, `said` the facts. */
export function memoryPorts(): AccountPorts & { userReads: string[][]; said: SaidBy<'account'>[] } {
  const said: SaidBy<'account'>[] = []
  const users = new Map<string, User>()
  const signIns = new Map<string, string>()
  const asked = new Map<string, { userId: string; role: AskedRole; askedAt: Date }>()
  const signedOut = new Map<string, number>()
  const addresses = new Map<string, Map<string, Address>>()
  const apps = new Map<string, App>()
  const attempts = new Map<string, Attempt & { expiresAt: number }>()
  const limits = new Map<string, number>()
  const clients = new Map<string, MachineClient>()
  const keys = new Map<number, SigningKey<JWK>>()
  const state = new Map<string, { payload: StatePayload; expiresAt: number }>()
  const endedSessions = new Set<string>()
  const revocations = new Map<string, Revocation>()
  const userReads: string[][] = []
  const stateAt = (kind: string, id: string) => `${kind} ${id}`
  const deleteHeld = (clientId: string, before: number) => {
    for (const [key, { payload }] of state)
      if (HELD_BY_CLIENTS.some((kind) => key.startsWith(`${kind} `)) && payload.clientId === clientId)
        if ((payload.iat ?? 0) < before) state.delete(key)
  }
  const revoke = ({ kind, id, before }: Revocation) => {
    const present = revocations.get(`${kind} ${id}`)?.before ?? before
    revocations.set(`${kind} ${id}`, { kind, id, before: Math.max(present, before) })
    if (kind === 'client') deleteHeld(id, before)
  }
  return {
    userReads,
    said,
    users: {
      byIds: async (ids) => {
        userReads.push([...ids])
        return ids.flatMap((id) => users.get(id) ?? [])
      },
      bySignIn: async (identifier) => users.get(signIns.get(identifier) ?? '') ?? null,
      keep: async (user, signIn) => {
        users.set(user.id, user)
        signIns.set(signIn, user.id)
      },
      signUp: async (user, signIn) => {
        if (!signIns.has(signIn)) {
          users.set(user.id, user)
          signIns.set(signIn, user.id)
        }
        return users.get(signIns.get(signIn) ?? '') ?? user
      },
      signInsOf: async (id) => [...signIns].flatMap(([signIn, userId]) => (userId === id ? [signIn] : [])).sort(),
      signInTimesOf: async (id) =>
        [...signIns].flatMap(([signIn, userId]) => (userId === id ? [{ signIn, since: new Date(0) }] : [])),
      askRole: async (id, role) => {
        const key = `${id} ${role}`
        if (users.get(id)?.roles.includes(role) === false && !asked.has(key))
          asked.set(key, { userId: id, role, askedAt: new Date() })
      },
      askedRoles: async (id) =>
        [...asked.values()].flatMap((each) =>
          id && each.userId !== id ? [] : [{ ...each, name: users.get(each.userId)?.name ?? '' }],
        ),
      giveRole: async (id, role) => {
        const user = users.get(id)
        if (!user) throw new Error(`There is no user ${id}.`)
        const roles = user.roles.includes(role) ? user.roles : [...user.roles, role]
        users.set(id, { ...user, roles })
        asked.delete(`${id} ${role}`)
        return roles
      },
      refuseRole: async (id, role) => asked.delete(`${id} ${role}`),
      rename: async (id, name) => {
        const user = users.get(id)
        if (user && user.name !== '') users.set(id, { ...user, name })
      },
      signOut: async (id, now) => void signedOut.set(id, Math.max(now, signedOut.get(id) ?? now)),
      signedOutAt: async (id) => signedOut.get(id) ?? null,
      erase: async (id, _, before) => {
        const user = users.get(id)
        if (!user) return
        const erased = erase(user)
        users.set(id, erased.user)
        said.push(...erased.says)
        for (const [signIn, userId] of signIns) if (userId === id) signIns.delete(signIn)
        for (const [key, each] of asked) if (each.userId === id) asked.delete(key)
        for (const [key, { payload }] of state) if (payload.accountId === id) state.delete(key)
        addresses.delete(id)
        revoke({ kind: 'subject', id, before })
      },
      removeRoles: async (id, roles, before) => {
        const user = users.get(id)
        if (!user) throw new Error(`There is no user ${id}.`)
        const left = user.roles.filter((role) => !roles.includes(role))
        users.set(id, { ...user, roles: left })
        revoke({ kind: 'subject', id, before })
        return left
      },
    },
    addresses: {
      of: async (ids) =>
        new Map(
          ids.map((id) => {
            const all = [...(addresses.get(id)?.values() ?? [])]
            return [id, all.toSorted((a, b) => (a.label < b.label ? -1 : 1))]
          }),
        ),
      save: async (userId, address, most) => {
        if (!users.get(userId)?.name) return 'gone'
        const own = addresses.get(userId) ?? new Map<string, Address>()
        if (!own.has(address.key) && own.size >= most) return 'full'
        addresses.set(userId, own.set(address.key, address))
        return 'saved'
      },
      remove: async (userId, key) => void addresses.get(userId)?.delete(key),
    },
    clients: {
      find: async (id) => clients.get(id) ?? null,
      add: async (client) => {
        if (clients.has(client.id) || apps.has(client.id)) return false
        clients.set(client.id, client)
        return true
      },
      keep: async (client, before) => {
        clients.set(client.id, client)
        if (before !== undefined) revoke({ kind: 'client', id: client.id, before })
      },
      remove: async (id, before) => {
        if (!clients.delete(id) && !apps.delete(id)) return false
        revoke({ kind: 'client', id, before })
        return true
      },
    },
    apps: {
      find: async (id) => apps.get(id) ?? null,
      add: async (app) => {
        if (clients.has(app.id) || apps.has(app.id)) return false
        apps.set(app.id, app)
        return true
      },
      replace: async (app) => apps.has(app.id) && apps.set(app.id, app).has(app.id),
    },
    attempts: {
      find: async (id) => {
        const found = attempts.get(id)
        if (!found) return null
        const { expiresAt: _, ...attempt } = found
        return attempt
      },
      begin: async (attempt) => void attempts.set(attempt.id, { ...attempt, tries: 0, verified: false }),
      countTry: async (id, now) => {
        const found = attempts.get(id)
        if (!found || found.tries >= MOST_TRIES || found.codeExpiresAt <= now) return null
        if (found.codeHash !== null) found.tries += 1
        return found.codeHash
      },
      verify: async (id, codeHash) => {
        const found = attempts.get(id)
        if (!found || found.codeHash !== codeHash) return false
        Object.assign(found, { codeHash: null, verified: true })
        return true
      },
      remove: async (id) => void attempts.delete(id),
      sweep: async (now) => {
        for (const [id, { expiresAt }] of attempts) if (expiresAt < now) attempts.delete(id)
      },
    },
    limits: {
      take: async (key, limit, now) => {
        const outcome = counted(limit, limits.get(key) ?? null, now)
        if ('freeAt' in outcome) limits.set(key, outcome.freeAt)
        return 'waitMs' in outcome ? outcome.waitMs : 0
      },
      giveBack: async (key, limit) => void limits.set(key, (limits.get(key) ?? 0) - paceOf(limit).eachMs),
      sweep: async (now) => {
        for (const [key, freeAt] of limits) if (freeAt < now) limits.delete(key)
      },
    },
    keys: {
      all: async () => [...keys.values()],
      add: async (key) => void (keys.has(key.generation) || keys.set(key.generation, key)),
      withdraw: async ({ kid, generations }, successor, before) => {
        for (const generation of generations) keys.delete(generation)
        if (successor) keys.set(successor.generation, successor)
        revoke({ kind: 'key', id: kid, before })
      },
    },
    revocations: {
      all: async () => [...revocations].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, revocation]) => revocation),
      add: async (revocation) => revoke(revocation),
      ofClient: async (id) => revocations.get(`client ${id}`)?.before ?? null,
      sweep: async (before) => {
        for (const [key, each] of revocations) {
          if (each.kind === 'key' || each.before >= before) continue
          if (each.kind === 'client') deleteHeld(each.id, each.before)
          revocations.delete(key)
        }
      },
    },
    state: {
      upsert: async (kind, id, payload, expiresIn = Number.POSITIVE_INFINITY) => {
        if (endedSessions.has(stateAt(kind, id))) return
        state.set(stateAt(kind, id), { payload, expiresAt: Date.now() + expiresIn * 1_000 })
      },
      find: async (kind, by, value) => {
        const ofKind = [...state].filter(([key]) => key.startsWith(`${kind} `))
        return ofKind.find(([key, { payload }]) =>
          by === 'id' ? key === stateAt(kind, value) : payload[by] === value,
        )?.[1].payload
      },
      consumeOnce: async (kind, id) => {
        const found = state.get(stateAt(kind, id))
        if (!found || found.payload.consumed) return false
        found.payload = { ...found.payload, consumed: Math.floor(Date.now() / 1_000) }
        return true
      },
      newest: async (kind) =>
        [...state]
          .filter(([key, { expiresAt }]) => key.startsWith(`${kind} `) && expiresAt > Date.now())
          .toSorted(([a], [b]) => (a < b ? 1 : -1))
          .map(([, { payload }]) => payload)
          .slice(0, 50),
      ofAccount: async (kind, accountId) =>
        [...state].flatMap(([key, { payload, expiresAt }]) =>
          key.startsWith(`${kind} `) && payload.accountId === accountId && expiresAt > Date.now() ? [payload] : [],
        ),
      destroyOf: async (accountId) => {
        for (const [key, { payload }] of state) if (payload.accountId === accountId) state.delete(key)
      },
      destroy: async (kind, id) => {
        state.delete(stateAt(kind, id))
        if (kind === 'Session') endedSessions.add(stateAt(kind, id))
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of state) if (payload.grantId === grantId) state.delete(key)
      },
      sweep: async () => {
        for (const [key, { expiresAt }] of state) if (expiresAt < Date.now() - 60_000) state.delete(key)
      },
    },
  }
}
