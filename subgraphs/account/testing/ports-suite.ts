import { beforeAll, describe, expect, it } from '@jest/globals'
import type { AccountPorts } from '../application/ports.ts'
import { makeJwk } from '../application/signing-keys.ts'
import type { Revocation } from '../domain/revocation.ts'
import type { User } from '../domain/user.ts'
import { peopleSuite } from './people-suite.ts'

const lee: User = { id: '01900000-0000-7000-8000-000000000001', name: '이하늘', roles: ['CUSTOMER'] }
const hong: User = { id: '01900000-0000-7000-8000-000000000002', name: '홍길동', roles: ['CUSTOMER', 'RIDER'] }

/** What holds for the account context's ports, wherever they keep things. */
export function portsSuite(open: () => Promise<AccountPorts>): void {
  let ports: AccountPorts
  beforeAll(async () => {
    ports = await open()
  })

  describe('users', () => {
    it('are found by id and by what they sign in with', async () => {
      await ports.users.keep(lee, 'lee')
      await ports.users.keep(hong, 'hong')
      const found = await ports.users.byIds([hong.id, lee.id, '01900000-0000-7000-8000-0000000000ff'])
      expect(found.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([lee, hong])
      expect(await ports.users.bySignIn('hong')).toEqual(hong)
      expect(await ports.users.bySignIn('nobody')).toBeNull()
      expect(await ports.users.byIds([])).toEqual([])
    })

    it('are kept twice without harm, also at once', async () => {
      const renamed = { ...lee, name: '이바다' }
      await Promise.all([ports.users.keep(renamed, 'lee'), ports.users.keep(renamed, 'lee')])
      expect(await ports.users.bySignIn('lee')).toEqual(renamed)
    })
  })

  const client = { id: 'reports', name: 'Reports', secretHash: 'one', scopes: ['payments:read'] }
  const revoked = async (kind: Revocation['kind']) =>
    (await ports.revocations.all()).filter((each) => each.kind === kind).map(({ id, before }) => [id, before])

  it('machine clients are found by id, as last kept', async () => {
    await ports.clients.keep(client)
    await ports.clients.keep({ ...client, secretHash: 'two', scopes: [] })
    expect(await ports.clients.find('reports')).toEqual({ ...client, secretHash: 'two', scopes: [] })
    expect(await ports.clients.find('others')).toBeNull()
    expect(await revoked('client')).toEqual([])
  })

  it('machine clients are added once, also at the same time', async () => {
    const adding = ['one', 'two'].map((secretHash) => ports.clients.add({ ...client, id: 'added', secretHash }))
    const added = await Promise.all(adding)
    expect(added.toSorted()).toEqual([false, true])
    expect((await ports.clients.find('added'))?.secretHash).toBe(added[0] ? 'one' : 'two')
  })

  it('machine clients that are replaced or removed have their tokens revoked', async () => {
    await ports.clients.keep({ ...client, id: 'replaced' }, 100)
    await ports.clients.keep({ ...client, id: 'removed' })
    expect([await ports.clients.remove('removed', 200), await ports.clients.remove('removed', 300)]).toEqual([
      true,
      false,
    ])
    expect(await ports.clients.find('removed')).toBeNull()
    expect(await revoked('client')).toEqual([
      ['removed', 200],
      ['replaced', 100],
    ])
  })

  it('what an app holds goes with its tokens, and what is written later is found to be over', async () => {
    const kinds = ['Grant', 'RefreshToken', 'AuthorizationCode']
    const keep = (id: string, payload: object) =>
      Promise.all(kinds.map((kind) => ports.state.upsert(kind, id, { iat: 90, ...payload }, 60)))
    const kept = async (id: string) =>
      (await Promise.all(kinds.map((kind) => ports.state.find(kind, 'id', id)))).filter(Boolean).length
    await Promise.all([keep('of ended', { clientId: 'ended' }), keep('of other', { clientId: 'other' })])
    await ports.revocations.add({ kind: 'client', id: 'ended', before: 100 })
    expect([await kept('of ended'), await kept('of other')]).toEqual([0, 3])
    expect([await ports.revocations.ofClient('ended'), await ports.revocations.ofClient('other')]).toEqual([100, null])
    await Promise.all([keep('late', { clientId: 'ended' }), keep('new', { clientId: 'ended', iat: 100 })])
    await ports.revocations.sweep(101)
    expect([await kept('late'), await kept('new'), await kept('of other')]).toEqual([0, 3, 3])
    expect(await ports.revocations.ofClient('ended')).toBeNull()
  })

  it('roles that are removed have the tokens with them revoked', async () => {
    const kim: User = { id: '01900000-0000-7000-8000-000000000003', name: '김', roles: ['CUSTOMER', 'RIDER'] }
    await ports.users.keep(kim, 'kim')
    expect(await ports.users.removeRoles(kim.id, ['RIDER', 'STORE_OWNER'], 100)).toEqual(['CUSTOMER'])
    expect(await ports.users.byIds([kim.id])).toEqual([{ ...kim, roles: ['CUSTOMER'] }])
    expect(await ports.users.removeRoles(kim.id, ['CUSTOMER'], 90)).toEqual([])
    expect(await revoked('subject')).toEqual([[kim.id, 100]])
  })

  it('revocations keep the later time, and are swept, but for keys', async () => {
    const of = (kind: Revocation['kind'], id: string, before: number) => ports.revocations.add({ kind, id, before })
    await Promise.all([of('subject', 'swept', 10), of('key', 'kept', 10), of('subject', 'later', 30)])
    await Promise.all([of('subject', 'later', 20), of('key', 'kept', 5), of('subject', 'edge', 20)])
    await ports.revocations.sweep(20)
    expect((await revoked('subject')).filter(([id]) => !String(id).startsWith('01'))).toEqual([
      ['edge', 20],
      ['later', 30],
    ])
    expect(await revoked('key')).toEqual([['kept', 10]])
  })

  it('of two keys of one generation the first is kept', async () => {
    const [one, other] = [await makeJwk(), await makeJwk()]
    await ports.keys.add({ generation: 1, signsFrom: 1_000, jwk: one })
    await ports.keys.add({ generation: 1, signsFrom: 2_000, jwk: other })
    expect(await ports.keys.all()).toEqual([{ generation: 1, signsFrom: 1_000, jwk: one }])
  })

  it('a key that is withdrawn is gone and revoked, and its successor is new or has another time', async () => {
    const [first, second] = [await makeJwk(), await makeJwk()]
    await ports.keys.add({ generation: 11, signsFrom: 1_000, jwk: first })
    await ports.keys.add({ generation: 12, signsFrom: 9_000, jwk: second })
    const left = async () => (await ports.keys.all()).filter(({ generation }) => generation > 10)
    await ports.keys.withdraw(
      { kid: 'first', generations: [11] },
      { generation: 12, signsFrom: 2_000, jwk: second },
      100,
    )
    expect(await left()).toEqual([{ generation: 12, signsFrom: 2_000, jwk: second }])
    await ports.keys.withdraw(
      { kid: 'second', generations: [12] },
      { generation: 13, signsFrom: 3_000, jwk: first },
      100,
    )
    expect(await left()).toEqual([{ generation: 13, signsFrom: 3_000, jwk: first }])
    await ports.keys.withdraw({ kid: 'third', generations: [13] }, null, 100)
    expect(await left()).toEqual([])
    expect((await revoked('key')).map(([id]) => id)).toEqual(expect.arrayContaining(['first', 'second', 'third']))
  })

  describe('apps', () => {
    const shop = { id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'] }
    it('are added once, and share their ids with machine clients', async () => {
      expect(await ports.apps.replace(shop)).toBe(false)
      expect([await ports.apps.add(shop), await ports.apps.add(shop)]).toEqual([true, false])
      expect(await ports.clients.add({ ...client, id: 'shop' })).toBe(false)
      expect(await ports.apps.add({ ...shop, id: 'reports' })).toBe(false)
      expect(await ports.apps.replace({ ...shop, name: 'Flowers' })).toBe(true)
      expect(await ports.apps.find('shop')).toEqual({ ...shop, name: 'Flowers' })
      expect(await ports.clients.remove('shop', 500)).toBe(true)
      expect(await ports.apps.find('shop')).toBeNull()
    })
  })

  peopleSuite(() => ports)

  describe('provider state', () => {
    const find = (kind: string, id: string) => ports.state.find(kind, 'id', id)

    it('is found by id, uid and user code, each kind for itself', async () => {
      await ports.state.upsert('Session', 'one', { uid: 'u', accountId: 'lee' }, 60)
      await ports.state.upsert('DeviceCode', 'one', { userCode: 'c' }, 60)
      expect(await find('Session', 'one')).toEqual({ uid: 'u', accountId: 'lee' })
      expect(await ports.state.find('Session', 'uid', 'u')).toEqual({ uid: 'u', accountId: 'lee' })
      expect(await ports.state.find('DeviceCode', 'userCode', 'c')).toEqual({ userCode: 'c' })
      expect(await find('Grant', 'one')).toBeUndefined()
    })

    it('is replaced, consumed and destroyed', async () => {
      await ports.state.upsert('AuthorizationCode', 'code', { nonce: 'a' }, 60)
      await ports.state.upsert('AuthorizationCode', 'code', { nonce: 'b' }, 60)
      expect(await ports.state.consumeOnce('AuthorizationCode', 'code')).toBe(true)
      expect(await ports.state.consumeOnce('AuthorizationCode', 'code')).toBe(false)
      expect(await find('AuthorizationCode', 'code')).toEqual({ nonce: 'b', consumed: expect.any(Number) })
      await ports.state.destroy('AuthorizationCode', 'code')
      expect(await find('AuthorizationCode', 'code')).toBeUndefined()
    })

    it('that is a session stays destroyed, whoever writes it again', async () => {
      await ports.state.upsert('Session', 'ended', { uid: 'of ended', accountId: 'lee' }, 60)
      await ports.state.destroy('Session', 'ended')
      await ports.state.upsert('Session', 'ended', { uid: 'of ended', accountId: 'lee' }, 60)
      expect(await find('Session', 'ended')).toBeUndefined()
      expect(await ports.state.find('Session', 'uid', 'of ended')).toBeUndefined()
      await ports.state.upsert('Session', 'other', { uid: 'of other' }, 60)
      await ports.state.upsert('Session', 'other', { uid: 'of other', accountId: 'lee' }, 60)
      expect(await find('Session', 'other')).toEqual({ uid: 'of other', accountId: 'lee' })
    })

    it('goes with its grant', async () => {
      await ports.state.upsert('RefreshToken', 'mine', { grantId: 'g' }, 60)
      await ports.state.upsert('RefreshToken', 'other', { grantId: 'h' }, 60)
      await ports.state.revokeByGrantId('g')
      expect(await find('RefreshToken', 'mine')).toBeUndefined()
      expect(await find('RefreshToken', 'other')).toEqual({ grantId: 'h' })
    })

    it('is found by its user, each kind for itself', async () => {
      await ports.state.upsert('Session', 'of kim', { accountId: 'kim-id', loginTs: 1 }, 60)
      await ports.state.upsert('RefreshToken', 'of kim', { accountId: 'kim-id' }, 60)
      await ports.state.upsert('Session', 'of kim, over', { accountId: 'kim-id' }, -1)
      expect(await ports.state.ofAccount('Session', 'kim-id')).toEqual([{ accountId: 'kim-id', loginTs: 1 }])
    })

    it('goes with its user', async () => {
      await ports.state.upsert('Session', 'of lee', { accountId: 'lee-id' }, 60)
      await ports.state.upsert('RefreshToken', 'of hong', { accountId: 'hong-id' }, 60)
      await ports.state.destroyOf('lee-id')
      expect(await find('Session', 'of lee')).toBeUndefined()
      expect(await find('RefreshToken', 'of hong')).toEqual({ accountId: 'hong-id' })
    })

    it('is listed newest first, without what has expired', async () => {
      for (const [id, ttl] of [
        ['1', 60],
        ['2', 60],
        ['3', -1],
      ] as const)
        await ports.state.upsert('Message', id, { id }, ttl)
      expect(await ports.state.newest('Message')).toEqual([{ id: '2' }, { id: '1' }])
    })

    it('is swept a while after it expired', async () => {
      await ports.state.upsert('Session', 'old', {}, -3_600)
      await ports.state.upsert('Session', 'young', {}, 60)
      await ports.state.upsert('Session', 'lasting', {}, undefined)
      await ports.state.sweep()
      expect(await Promise.all(['old', 'young', 'lasting'].map((id) => find('Session', id)))).toEqual([
        undefined,
        {},
        {},
      ])
    })
  })
}
