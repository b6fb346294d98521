import { beforeAll, describe, expect, it } from '@jest/globals'
import type { AccountPorts } from '../application/ports.ts'
import { makeJwk } from '../application/signing-keys.ts'
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

  it('machine clients are found by id, as last kept', async () => {
    const client = { id: 'reports', name: 'Reports', secretHash: 'one', scopes: ['payments:read'] }
    await ports.clients.keep(client)
    await ports.clients.keep({ ...client, secretHash: 'two', scopes: [] })
    expect(await ports.clients.find('reports')).toEqual({ ...client, secretHash: 'two', scopes: [] })
    expect(await ports.clients.find('others')).toBeNull()
  })

  it('of two keys of one generation the first is kept', async () => {
    const [one, other] = [await makeJwk(), await makeJwk()]
    await ports.keys.add({ generation: 1, signsFrom: 1_000, jwk: one })
    await ports.keys.add({ generation: 1, signsFrom: 2_000, jwk: other })
    expect(await ports.keys.all()).toEqual([{ generation: 1, signsFrom: 1_000, jwk: one }])
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
      await ports.state.consume('AuthorizationCode', 'code')
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
