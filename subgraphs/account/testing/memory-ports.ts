import type { JWK } from 'jose'
import type { AccountPorts, MachineClient, StatePayload } from '../application/ports.ts'
import type { Revocation } from '../domain/revocation.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { User } from '../domain/user.ts'

/** The account context's ports in memory, for tests; `userReads` lists the ids of each read of users. */
export function memoryPorts(): AccountPorts & { userReads: string[][] } {
  const users = new Map<string, User>()
  const signIns = new Map<string, string>()
  const clients = new Map<string, MachineClient>()
  const keys = new Map<number, SigningKey<JWK>>()
  const state = new Map<string, { payload: StatePayload; expiresAt: number }>()
  const revocations = new Map<string, Revocation>()
  const userReads: string[][] = []
  const stateAt = (kind: string, id: string) => `${kind} ${id}`
  const revoke = ({ kind, id, before }: Revocation) => {
    const present = revocations.get(`${kind} ${id}`)?.before ?? before
    revocations.set(`${kind} ${id}`, { kind, id, before: Math.max(present, before) })
  }
  return {
    userReads,
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
      removeRoles: async (id, roles, before) => {
        const user = users.get(id)
        if (!user) throw new Error(`There is no user ${id}.`)
        const left = user.roles.filter((role) => !roles.includes(role))
        users.set(id, { ...user, roles: left })
        revoke({ kind: 'subject', id, before })
        return left
      },
    },
    clients: {
      find: async (id) => clients.get(id) ?? null,
      add: async (client) => {
        if (clients.has(client.id)) return false
        clients.set(client.id, client)
        return true
      },
      keep: async (client, before) => {
        clients.set(client.id, client)
        if (before !== undefined) revoke({ kind: 'client', id: client.id, before })
      },
      remove: async (id, before) => {
        if (!clients.delete(id)) return false
        revoke({ kind: 'client', id, before })
        return true
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
      sweep: async (before) => {
        for (const [key, each] of revocations) if (each.kind !== 'key' && each.before < before) revocations.delete(key)
      },
    },
    state: {
      upsert: async (kind, id, payload, expiresIn = Number.POSITIVE_INFINITY) =>
        void state.set(stateAt(kind, id), { payload, expiresAt: Date.now() + expiresIn * 1_000 }),
      find: async (kind, by, value) => {
        const ofKind = [...state].filter(([key]) => key.startsWith(`${kind} `))
        return ofKind.find(([key, { payload }]) =>
          by === 'id' ? key === stateAt(kind, value) : payload[by] === value,
        )?.[1].payload
      },
      consume: async (kind, id) => {
        const found = state.get(stateAt(kind, id))
        if (found) found.payload = { ...found.payload, consumed: Math.floor(Date.now() / 1_000) }
      },
      destroy: async (kind, id) => void state.delete(stateAt(kind, id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of state) if (payload.grantId === grantId) state.delete(key)
      },
      sweep: async () => {
        for (const [key, { expiresAt }] of state) if (expiresAt < Date.now() - 60_000) state.delete(key)
      },
    },
  }
}
