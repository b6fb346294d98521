import { beforeAll, describe, expect, it } from '@jest/globals'
import type { AccountPorts } from '../application/ports.ts'
import { makeJwk } from '../application/signing-keys.ts'
import type { Revocation } from '../domain/revocation.ts'
import type { User } from '../domain/user.ts'

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

  describe('people who sign up', () => {
    const signIn = 'tel:+821011112222'
    const person = (n: number): User => ({
      id: `01900000-0000-7000-8000-0000000001${n}0`,
      name: `${n}`,
      roles: ['CUSTOMER'],
    })

    it('are one person, also in two tabs at once', async () => {
      const [one, other] = await Promise.all([1, 2].map((n) => ports.users.signUp(person(n), signIn)))
      expect(one).toEqual(other)
      expect(await ports.users.signUp(person(3), signIn)).toEqual(one)
      expect(await ports.users.byIds([1, 2, 3].map((n) => person(n).id))).toEqual([one])
      expect(await ports.users.signInsOf(one?.id ?? '')).toEqual([signIn])
    })

    it('ask for roles, and are given or refused them', async () => {
      const { id } = await ports.users.signUp(person(4), 'tel:+821033334444')
      const asked = async () => (await ports.users.askedRoles(id)).map(({ role }) => role)
      for (const role of ['RIDER', 'RIDER', 'STORE_OWNER'] as const) await ports.users.askRole(id, role)
      expect((await asked()).toSorted()).toEqual(['RIDER', 'STORE_OWNER'])
      expect((await ports.users.askedRoles()).map(({ name }) => name)).toContain('4')
      expect(await ports.users.giveRole(id, 'RIDER')).toEqual(['CUSTOMER', 'RIDER'])
      expect(await ports.users.giveRole(id, 'RIDER')).toEqual(['CUSTOMER', 'RIDER'])
      expect(await ports.users.refuseRole(id, 'STORE_OWNER')).toBe(true)
      expect(await ports.users.refuseRole(id, 'STORE_OWNER')).toBe(false)
      await ports.users.askRole(id, 'RIDER')
      expect(await asked()).toEqual([])
      await ports.users.rename(id, '이름')
      expect(await ports.users.byIds([id])).toEqual([{ id, name: '이름', roles: ['CUSTOMER', 'RIDER'] }])
    })
  })

  describe('address books', () => {
    const ids = ['01900000-0000-7000-8000-000000000201', '01900000-0000-7000-8000-000000000202'] as const
    const address = (key: string, label = key) => ({ key, label, name: '김', phone: '010-1234-5678', address: '분당' })

    it('keep an address by its key, are bounded however many come at once, and forget', async () => {
      for (const id of ids) await ports.users.signUp({ id, name: '사람', roles: ['CUSTOMER'] }, `tel:${id}`)
      const [mine, theirs] = ids
      const keys = Array.from({ length: 20 }, (_, n) => `k${n}`)
      // Opens the connections, so that the next ones do not wait for theirs one after another.
      await Promise.all(keys.map(() => ports.addresses.of([mine])))
      const saved = await Promise.all(keys.map((key) => ports.addresses.save(mine, address(key), 1)))
      expect(saved.filter((outcome) => outcome === 'saved')).toHaveLength(1)
      expect(saved.filter((outcome) => outcome === 'full')).toHaveLength(19)
      const kept = (await ports.addresses.of([mine])).get(mine) ?? []
      const [first] = kept
      expect(kept).toHaveLength(1)
      expect(await ports.addresses.save(mine, address(first?.key ?? '', '0 new'), 1)).toBe('saved')
      expect(await ports.addresses.save(theirs, address('x'), 3)).toBe('saved')
      await ports.addresses.remove(theirs, first?.key ?? '')
      const both = await ports.addresses.of([...ids, '01900000-0000-7000-8000-0000000000ff'])
      expect(both.get(mine)?.map(({ label }) => label)[0]).toBe('0 new')
      expect(both.get(theirs)).toEqual([address('x')])
      await ports.addresses.remove(theirs, 'x')
      expect((await ports.addresses.of([theirs])).get(theirs) ?? []).toEqual([])
      expect(await ports.addresses.save('01900000-0000-7000-8000-0000000000ff', address('y'), 3)).toBe('gone')
    })

    it('go with their person, with everything else that is kept of them', async () => {
      const [mine] = ids
      await ports.users.askRole(mine, 'RIDER')
      await ports.state.upsert('Session', 'mine', { accountId: mine }, 60)
      for (const _ of [1, 2]) await ports.users.erase(mine, 1_000, 77)
      expect(await ports.users.byIds([mine])).toEqual([{ id: mine, name: '', roles: [] }])
      expect((await ports.addresses.of([mine])).get(mine) ?? []).toEqual([])
      expect(await ports.users.signInsOf(mine)).toEqual([])
      expect(await ports.users.askedRoles(mine)).toEqual([])
      expect(await ports.state.find('Session', 'id', 'mine')).toBeUndefined()
      expect(await revoked('subject')).toContainEqual([mine, 77])
      await ports.users.rename(mine, 'again')
      expect(await ports.addresses.save(mine, address('z'), 3)).toBe('gone')
      expect((await ports.users.byIds([mine]))[0]?.name).toBe('')
      const again = { id: '01900000-0000-7000-8000-000000000203', name: '다시', roles: ['CUSTOMER' as const] }
      expect(await ports.users.signUp(again, `tel:${mine}`)).toEqual(again)
    })
  })

  describe('attempts to sign in', () => {
    const attempt = { id: 'uid', phone: '+821012345678', codeHash: 'hash', codeExpiresAt: 10_000, expiresAt: 20_000 }

    it('count each try once, however many come at once, and none when the time is over', async () => {
      await ports.attempts.begin(attempt)
      expect(await ports.attempts.countTry('uid', 10_000)).toBeNull()
      const tries = await Promise.all(Array.from({ length: 20 }, () => ports.attempts.countTry('uid', 9_999)))
      expect(tries.filter((hash) => hash === 'hash')).toHaveLength(5)
      expect(await ports.attempts.find('uid')).toMatchObject({ tries: 5, verified: false, codeExpiresAt: 10_000 })
      expect(await ports.attempts.countTry('none', 0)).toBeNull()
    })

    it('are verified by a code once, and begin again with another', async () => {
      await ports.attempts.begin({ ...attempt, codeHash: 'second' })
      expect(await ports.attempts.find('uid')).toMatchObject({ tries: 0, codeHash: 'second' })
      expect(await ports.attempts.verify('uid', 'hash')).toBe(false)
      const verified = await Promise.all([1, 2].map(() => ports.attempts.verify('uid', 'second')))
      expect(verified.toSorted()).toEqual([false, true])
      expect(await ports.attempts.find('uid')).toMatchObject({ verified: true, codeHash: null })
      expect(await ports.attempts.countTry('uid', 0)).toBeNull()
    })

    it('are forgotten', async () => {
      await ports.attempts.begin({ ...attempt, id: 'later', expiresAt: 30_000 })
      await ports.attempts.sweep(25_000)
      expect([await ports.attempts.find('uid'), await ports.attempts.find('later')]).toEqual([null, expect.anything()])
      await ports.attempts.remove('later')
      expect(await ports.attempts.find('later')).toBeNull()
    })
  })

  describe('shared limits', () => {
    const limit = { most: 3, withinMs: 3_000 }
    it('let so many through at once, all replicas together, and give back little by little', async () => {
      const now = Date.now()
      const waits = await Promise.all(Array.from({ length: 10 }, () => ports.limits.take('key', limit, now)))
      expect(waits.filter((ms) => ms === 0)).toHaveLength(3)
      expect(waits.filter((ms) => ms > 0).every((ms) => ms > 990 && ms <= 1_001)).toBe(true)
      expect(await ports.limits.take('other', limit, now)).toBe(0)
      await ports.limits.giveBack('key', limit)
      expect(await ports.limits.take('key', limit, now)).toBe(0)
      expect(await ports.limits.take('key', limit, now + 1_000)).toBe(0)
      await ports.limits.sweep(now + 10_000)
      expect(await ports.limits.take('key', limit, now)).toBe(0)
    })
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

    it('goes with its grant', async () => {
      await ports.state.upsert('RefreshToken', 'mine', { grantId: 'g' }, 60)
      await ports.state.upsert('RefreshToken', 'other', { grantId: 'h' }, 60)
      await ports.state.revokeByGrantId('g')
      expect(await find('RefreshToken', 'mine')).toBeUndefined()
      expect(await find('RefreshToken', 'other')).toEqual({ grantId: 'h' })
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
