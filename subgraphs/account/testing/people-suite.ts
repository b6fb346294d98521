import { describe, expect, it } from '@jest/globals'
import type { AccountPorts } from '../application/ports.ts'
import type { User } from '../domain/user.ts'

/** What holds for the ports about people and their signing in, wherever they keep things. */
export function peopleSuite(portsOf: () => AccountPorts): void {
  describe('people who sign up', () => {
    const signIn = 'tel:+821011112222'
    const person = (n: number): User => ({
      id: `01900000-0000-7000-8000-0000000001${n}0`,
      name: `${n}`,
      roles: ['CUSTOMER'],
    })

    it('are one person, also in two tabs at once', async () => {
      const [one, other] = await Promise.all([1, 2].map((n) => portsOf().users.signUp(person(n), signIn)))
      expect(one).toEqual(other)
      expect(await portsOf().users.signUp(person(3), signIn)).toEqual(one)
      expect(await portsOf().users.byIds([1, 2, 3].map((n) => person(n).id))).toEqual([one])
      expect(await portsOf().users.signInsOf(one?.id ?? '')).toEqual([signIn])
    })

    it('are told since when their numbers lead to them', async () => {
      const { id } = await portsOf().users.signUp(person(6), 'tel:+821066667777')
      const [since, ...others] = await portsOf().users.signInTimesOf(id)
      expect([since, others]).toEqual([{ signIn: 'tel:+821066667777', since: expect.any(Date) }, []])
    })

    it('are signed out until the latest time', async () => {
      const { id } = await portsOf().users.signUp(person(5), 'tel:+821055556666')
      expect(await portsOf().users.signedOutAt(id)).toBeNull()
      for (const now of [5_000, 9_000, 7_000]) await portsOf().users.signOut(id, now)
      expect(await portsOf().users.signedOutAt(id)).toBe(9_000)
    })

    it('ask for roles, and are given or refused them', async () => {
      const { id } = await portsOf().users.signUp(person(4), 'tel:+821033334444')
      const asked = async () => (await portsOf().users.askedRoles(id)).map(({ role }) => role)
      for (const role of ['RIDER', 'RIDER', 'STORE_OWNER'] as const) await portsOf().users.askRole(id, role)
      expect((await asked()).toSorted()).toEqual(['RIDER', 'STORE_OWNER'])
      expect((await portsOf().users.askedRoles()).map(({ name }) => name)).toContain('4')
      expect(await portsOf().users.giveRole(id, 'RIDER')).toEqual(['CUSTOMER', 'RIDER'])
      expect(await portsOf().users.giveRole(id, 'RIDER')).toEqual(['CUSTOMER', 'RIDER'])
      expect(await portsOf().users.refuseRole(id, 'STORE_OWNER')).toBe(true)
      expect(await portsOf().users.refuseRole(id, 'STORE_OWNER')).toBe(false)
      await portsOf().users.askRole(id, 'RIDER')
      expect(await asked()).toEqual([])
      await portsOf().users.rename(id, '이름')
      expect(await portsOf().users.byIds([id])).toEqual([{ id, name: '이름', roles: ['CUSTOMER', 'RIDER'] }])
    })
  })

  describe('address books', () => {
    const ids = ['01900000-0000-7000-8000-000000000201', '01900000-0000-7000-8000-000000000202'] as const
    const address = (key: string, label = key) => ({
      key,
      label,
      name: '김',
      phone: '010-1234-5678',
      address: '분당',
      postalCode: null,
    })

    it('keep an address by its key, are bounded however many come at once, and forget', async () => {
      for (const id of ids) await portsOf().users.signUp({ id, name: '사람', roles: ['CUSTOMER'] }, `tel:${id}`)
      const [mine, theirs] = ids
      const keys = Array.from({ length: 20 }, (_, n) => `k${n}`)
      // Opens the connections, so that the next ones do not wait for theirs one after another.
      await Promise.all(keys.map(() => portsOf().addresses.of([mine])))
      const saved = await Promise.all(keys.map((key) => portsOf().addresses.save(mine, address(key), 1)))
      expect(saved.filter((outcome) => outcome === 'saved')).toHaveLength(1)
      expect(saved.filter((outcome) => outcome === 'full')).toHaveLength(19)
      const kept = (await portsOf().addresses.of([mine])).get(mine) ?? []
      const [first] = kept
      expect(kept).toHaveLength(1)
      expect(await portsOf().addresses.save(mine, address(first?.key ?? '', '0 new'), 1)).toBe('saved')
      expect(await portsOf().addresses.save(theirs, address('x'), 3)).toBe('saved')
      await portsOf().addresses.remove(theirs, first?.key ?? '')
      const both = await portsOf().addresses.of([...ids, '01900000-0000-7000-8000-0000000000ff'])
      expect(both.get(mine)?.map(({ label }) => label)[0]).toBe('0 new')
      expect(both.get(theirs)).toEqual([address('x')])
      await portsOf().addresses.remove(theirs, 'x')
      expect((await portsOf().addresses.of([theirs])).get(theirs) ?? []).toEqual([])
      expect(await portsOf().addresses.save('01900000-0000-7000-8000-0000000000ff', address('y'), 3)).toBe('gone')
    })

    it('go with their person, with everything else that is kept of them', async () => {
      const [mine] = ids
      await portsOf().users.askRole(mine, 'RIDER')
      await portsOf().state.upsert('Session', 'mine', { accountId: mine }, 60)
      for (const _ of [1, 2]) await portsOf().users.erase(mine, 1_000, 77)
      expect(await portsOf().users.byIds([mine])).toEqual([{ id: mine, name: '', roles: [] }])
      expect((await portsOf().addresses.of([mine])).get(mine) ?? []).toEqual([])
      expect(await portsOf().users.signInsOf(mine)).toEqual([])
      expect(await portsOf().users.askedRoles(mine)).toEqual([])
      expect(await portsOf().state.find('Session', 'id', 'mine')).toBeUndefined()
      expect(await portsOf().revocations.all()).toContainEqual({ kind: 'subject', id: mine, before: 77 })
      await portsOf().users.rename(mine, 'again')
      expect(await portsOf().addresses.save(mine, address('z'), 3)).toBe('gone')
      expect((await portsOf().users.byIds([mine]))[0]?.name).toBe('')
      const again = { id: '01900000-0000-7000-8000-000000000203', name: '다시', roles: ['CUSTOMER' as const] }
      expect(await portsOf().users.signUp(again, `tel:${mine}`)).toEqual(again)
    })
  })

  describe('attempts to sign in', () => {
    const attempt = { id: 'uid', phone: '+821012345678', codeHash: 'hash', codeExpiresAt: 10_000, expiresAt: 20_000 }

    it('count each try once, however many come at once, and none when the time is over', async () => {
      await portsOf().attempts.begin(attempt)
      expect(await portsOf().attempts.countTry('uid', 10_000)).toBeNull()
      const tries = await Promise.all(Array.from({ length: 20 }, () => portsOf().attempts.countTry('uid', 9_999)))
      expect(tries.filter((hash) => hash === 'hash')).toHaveLength(5)
      expect(await portsOf().attempts.find('uid')).toMatchObject({ tries: 5, verified: false, codeExpiresAt: 10_000 })
      expect(await portsOf().attempts.countTry('none', 0)).toBeNull()
    })

    it('are verified by a code once, and begin again with another', async () => {
      await portsOf().attempts.begin({ ...attempt, codeHash: 'second' })
      expect(await portsOf().attempts.find('uid')).toMatchObject({ tries: 0, codeHash: 'second' })
      expect(await portsOf().attempts.verify('uid', 'hash')).toBe(false)
      const verified = await Promise.all([1, 2].map(() => portsOf().attempts.verify('uid', 'second')))
      expect(verified.toSorted()).toEqual([false, true])
      expect(await portsOf().attempts.find('uid')).toMatchObject({ verified: true, codeHash: null })
      expect(await portsOf().attempts.countTry('uid', 0)).toBeNull()
    })

    it('are forgotten', async () => {
      await portsOf().attempts.begin({ ...attempt, id: 'later', expiresAt: 30_000 })
      await portsOf().attempts.sweep(25_000)
      expect([await portsOf().attempts.find('uid'), await portsOf().attempts.find('later')]).toEqual([
        null,
        expect.anything(),
      ])
      await portsOf().attempts.remove('later')
      expect(await portsOf().attempts.find('later')).toBeNull()
    })
  })

  describe('shared limits', () => {
    const limit = { most: 5, atOnce: 3, withinMs: 3_000 }
    it('let so many through at once, all replicas together, and give back little by little', async () => {
      const now = Date.now()
      const waits = await Promise.all(Array.from({ length: 10 }, () => portsOf().limits.take('key', limit, now)))
      expect(waits.filter((ms) => ms === 0)).toHaveLength(3)
      expect(waits.filter((ms) => ms > 0).every((ms) => ms > 990 && ms <= 1_001)).toBe(true)
      expect(await portsOf().limits.take('other', limit, now)).toBe(0)
      await portsOf().limits.giveBack('key', limit)
      expect(await portsOf().limits.take('key', limit, now)).toBe(0)
      expect(await portsOf().limits.take('key', limit, now + 1_000)).toBe(0)
      await portsOf().limits.sweep(now + 10_000)
      expect(await portsOf().limits.take('key', limit, now)).toBe(0)
    })
  })
}
