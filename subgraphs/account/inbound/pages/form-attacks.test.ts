import { describe, expect, it } from '@jest/globals'
import { pagesRig } from '../../testing/pages-rig.ts'
import { beginSignIn } from '../../testing/visitor.ts'

const rig = pagesRig()
const { ports, messages, newPhone, lastCode, pathOf, atNewAddress, signInLee } = rig

describe('forged forms', () => {
  it.each([
    ['without the hidden field', { form: '' }, {}],
    ['with one of another browser', { form: 'x'.repeat(43) }, {}],
    ['from another site, by what the rig.browser says', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from another host of our domain', {}, { 'sec-fetch-site': 'same-site' }],
    ['as JSON', {}, { 'content-type': 'application/json' }],
    ['as text', {}, { 'content-type': 'text/plain' }],
  ])('are refused: %s', async (_, fields, headers) => {
    const page = await rig.browser.go(beginSignIn().path)
    const before = messages.sent.length
    const demo = await rig.browser.send(page, '/demo', { user: 'lee', ...fields }, headers)
    const phone = await rig.browser.send(page, pathOf(page), { phone: newPhone(), ...fields }, headers)
    expect([demo.status, phone.status, messages.sent.length]).toEqual([403, 403, before])
  })

  it('with the field of the attacker’s own rig.browser are refused, too', async () => {
    const attacker = atNewAddress()
    const own = await attacker.go(beginSignIn().path)
    const form = /name="form" value="([^"]*)"/.exec(own.text)?.[1] ?? ''
    const page = await rig.browser.go(beginSignIn().path)
    expect((await rig.browser.send(page, '/demo', { user: 'lee', form })).status).toBe(403)
  })

  it('for another’s sign-in are refused: nobody can be signed in as the attacker', async () => {
    const attacker = atNewAddress()
    const theirs = await attacker.go(beginSignIn().path)
    await rig.browser.go(beginSignIn().path)
    const shown = await rig.browser.send(theirs, '/demo', { user: 'lee' })
    expect([shown.status, shown.text]).toEqual([400, expect.stringContaining('This sign-in page is over')])
  })

  it('for another’s sign-in are refused, even with a cookie that a rig.browser would not send there', async () => {
    const attacker = atNewAddress()
    const theirs = await attacker.go(beginSignIn().path)
    const own = await rig.browser.go(beginSignIn().path)
    for (const cookie of rig.browser.cookies.values()) if (cookie.path === pathOf(own)) cookie.path = pathOf(theirs)
    expect((await rig.browser.go(pathOf(theirs))).status).toBe(400)
  })

  it('about oneself are refused', async () => {
    await signInLee()
    for (const path of ['/account/name', '/account/roles', '/account/sign-out-everywhere']) {
      const shown = await rig.browser.go(path, {
        method: 'POST',
        body: new URLSearchParams({ name: 'x', role: 'RIDER' }),
      })
      expect([path, shown.status]).toEqual([path, 403])
    }
    expect((await ports.users.bySignIn('lee'))?.name).toBe('이하늘')
  })

  it('of more than they can be are not read', async () => {
    const page = await rig.browser.go(beginSignIn().path)
    expect((await rig.browser.send(page, pathOf(page), { phone: '0'.repeat(100_000) })).status).toBe(413)
  })
})

describe('the pages', () => {
  it('run no script, are in no frame, are kept by nobody, and lead their forms to the app only', async () => {
    const page = await rig.browser.go(beginSignIn().path)
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:5173; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.text).not.toMatch(/<script|style=|\son\w+=|javascript:/)
    for (const path of ['/account', '/session/end', '/auth?client_id=nobody']) {
      const shown = await rig.browser.go(path)
      expect([path, shown.headers.get('content-security-policy')]).toEqual([
        path,
        expect.stringMatching(/^default-src 'none'; style-src 'self'; form-action 'self'; /),
      ])
      expect(shown.text).not.toMatch(/<script|style=/)
    }
  })

  it('show what was typed as text', async () => {
    const page = await rig.browser.go(beginSignIn().path)
    const shown = await rig.browser.send(page, pathOf(page), { phone: '"><script>alert(1)</script>' })
    expect(shown.text).toContain('value="&quot;&gt;&lt;script&gt;')
    expect(shown.text).not.toContain('<script')
    const asked = await rig.browser.send(page, pathOf(page), { phone: newPhone() })
    await rig.browser.send(await rig.browser.send(asked, '/code', { code: lastCode() }), '/name', {
      name: '<img src=x>&"',
    })
    expect((await rig.browser.go('/account')).text).toContain('value="&lt;img src=x&gt;&amp;&quot;"')
  })

  it.each(['%00', '%ED%A0%80', 'a'.repeat(64), '..%2f..%2faccount'])('have none for the sign-in %s', async (uid) => {
    expect([400, 404]).toContain((await rig.browser.go(`/sign-in/${uid}`)).status)
  })

  it('mark cookies so that neither scripts nor other sites nor plain HTTP have them', async () => {
    const response = await fetch(rig.base + beginSignIn().path, { redirect: 'manual' })
    const page = await fetch(`${rig.base}/sign-in/x`, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(400)
    const set = response.headers.getSetCookie()
    expect(set.length).toBeGreaterThan(1)
    for (const cookie of set)
      expect(cookie).toMatch(
        /secure; httponly; samesite=lax|httponly.*samesite=lax.*secure|samesite=lax.*secure.*httponly/i,
      )
  })
})
