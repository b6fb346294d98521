import { describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { pagesRig } from '../../testing/pages-rig.ts'
import { ISSUER } from '../../testing/token-client.ts'
import { beginSignIn, exchange, visitor } from '../../testing/visitor.ts'

const rig = pagesRig()
const { ports, newPhone, refresh, signIn } = rig

describe('the account', () => {
  it('is exported with all that is kept of its person, and of nobody else', async () => {
    const { callback } = await signIn('010-8888-0001', '내보내기')
    expect(callback).toContain('code=')
    const { id = '' } = (await ports.users.bySignIn('tel:+821088880001')) ?? {}
    await ports.addresses.save(
      id,
      { key: 'k', label: '엄마', name: '김', phone: '010-1', address: '분당', postalCode: '13500' },
      20,
    )
    const shown = await rig.browser.go('/account/export')
    expect(shown.headers.get('content-disposition')).toContain('attachment')
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(JSON.parse(shown.text)).toEqual({
      id,
      name: '내보내기',
      roles: ['CUSTOMER'],
      phones: [{ phone: '+821088880001', since: time }],
      rolesAskedFor: [],
      signedOutEverywhere: null,
      browsers: [{ signedIn: time, until: time, apps: ['development'] }],
      addresses: [{ key: 'k', label: '엄마', name: '김', phone: '010-1', address: '분당', postalCode: '13500' }],
    })
    expect((await visitor(rig.base).go('/account/export')).url).toBe(`${ISSUER}/account`)
  })

  it('is erased: no token of it is good any more, and the number signs up as somebody else', async () => {
    const phone = newPhone()
    const { verifier, callback } = await signIn(phone, '지워지는 이름')
    const { body } = await exchange(rig.base, callback, verifier)
    const asked = await rig.browser.go('/account/erase')
    expect((await rig.browser.send(asked, '/account/erase', { confirmation: 'no' })).url).toBe(`${ISSUER}/account`)
    const erased = await rig.browser.send(asked, '/account/erase', { confirmation: 'ERASE' })
    expect([erased.status, erased.text]).toEqual([200, expect.stringContaining('Your account is deleted')])
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
    expect((await rig.browser.go('/account')).text).not.toContain('지워지는 이름')
    const { sub = '' } = decodeJwt(body.access_token)
    expect(await ports.users.byIds([sub])).toEqual([{ id: sub, name: '', roles: [] }])
    expect((await ports.revocations.all()).map(({ id }) => id)).toContain(sub)
    const again = await signIn(phone, '새 이름')
    const next = await exchange(rig.base, again.callback, again.verifier)
    expect(decodeJwt(next.body.access_token).sub).not.toBe(sub)
  })
})

it('whoever signed in a while ago must prove their number again before they erase', async () => {
  const phone = newPhone()
  await signIn(phone)
  const page = await rig.browser.go('/account/erase')
  const { id = '' } = (await ports.users.bySignIn(`tel:+82${phone.slice(1).replaceAll('-', '')}`)) ?? {}
  const session = (await ports.state.newest('Session')).find(({ accountId }) => accountId === id) ?? {}
  const loginTs = Math.floor(Date.now() / 1_000) - 601
  await ports.state.upsert('Session', String(session.jti), { ...session, loginTs }, 600)
  const asked = await rig.browser.send(page, '/account/erase', { confirmation: 'ERASE' })
  expect(asked.url).toContain('/sign-in/')
  expect((await ports.users.byIds([id]))[0]?.name).not.toBe('')
  const code = await rig.browser.send(asked, rig.pathOf(asked), { phone })
  const again = await rig.browser.send(code, '/code', { code: rig.lastCode() })
  expect(again.url).toBe(`${ISSUER}/account/erase`)
  await rig.browser.send(again, '/account/erase', { confirmation: 'ERASE' })
  expect((await ports.users.byIds([id]))[0]?.name).toBe('')
})

/** Has the state of a user's browser back, as a request that was under way writes it. */
async function keepingState(sub: string, during: () => Promise<unknown>): Promise<void> {
  const kinds = ['Session', 'Grant', 'RefreshToken']
  const written = await Promise.all(kinds.map(async (kind) => ({ kind, states: await ports.state.newest(kind) })))
  await during()
  for (const { kind, states } of written)
    for (const state of states)
      if (state.accountId === sub) await ports.state.upsert(kind, String(state.jti), state, 600)
}

it('who has signed out everywhere is signed out, even if a request that was under way has written their session again', async () => {
  const { verifier, callback } = await signIn(newPhone())
  const { body } = await exchange(rig.base, callback, verifier)
  const account = await rig.browser.go('/account')
  await keepingState(decodeJwt(body.access_token).sub ?? '', async () => {
    await rig.browser.send(account, '/account/sign-out-everywhere', {})
  })
  expect((await rig.browser.go('/account')).text).toContain('/account/sign-in')
  expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
  const page = await rig.browser.go(beginSignIn().path)
  expect([page.status, page.url]).toEqual([200, expect.stringContaining('/sign-in/')])
})

it('an erased person is nobody, even if a request that was under way has written their session again', async () => {
  const { verifier, callback } = await signIn(newPhone())
  const { body } = await exchange(rig.base, callback, verifier)
  const { sub = '' } = decodeJwt(body.access_token)
  await keepingState(sub, () => ports.users.erase(sub, Date.now(), 0))
  expect((await rig.browser.go('/account')).text).toContain('/account/sign-in')
  expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
  const page = await rig.browser.go(beginSignIn().path)
  expect([page.status, page.url]).toEqual([200, expect.stringContaining('/sign-in/')])
  expect((await rig.browser.send(page, '/demo', { user: 'lee' })).url).toContain('code=')
})
