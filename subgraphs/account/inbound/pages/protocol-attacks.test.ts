import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { pagesRig } from '../../testing/pages-rig.ts'
import { ISSUER } from '../../testing/token-client.ts'
import { appTokens, beginSignIn, CALLBACK, exchange } from '../../testing/visitor.ts'

const rig = pagesRig()
const { ports, signInLee } = rig

describe('open redirects', () => {
  it.each([
    'https://evil.example/callback',
    'http://localhost.evil.example/callback',
    'http://localhost@evil.example/',
    'http://user:password@localhost:5173/',
    'http://localhost:5173/#fragment',
    'https://localhost:5173/',
    'http://127.0.0.1.evil.example/',
    'http://[::1]:5173/',
    '//evil.example',
    'javascript:alert(1)',
    'http://192.168.0.1/',
  ])('lead nowhere for the app of development: %s', async (redirect_uri) => {
    const shown = await rig.browser.go(beginSignIn({ redirect_uri }).path)
    expect([shown.status, shown.url.startsWith(ISSUER)]).toEqual([400, true])
  })

  it.each([
    'https://shop.example/callback/../evil',
    'https://shop.example/callback?x',
    'https://shop.example/',
    CALLBACK,
  ])('lead nowhere for an app that is registered: %s', async (redirect_uri) => {
    await ports.apps.add({ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'] })
    const shown = await rig.browser.go(beginSignIn({ client_id: 'shop', redirect_uri }).path)
    expect([shown.status, shown.url.startsWith(ISSUER)]).toEqual([400, true])
  })

  it('lead nowhere after signing out, nor by the language', async () => {
    await signInLee()
    for (const path of [
      '/session/end?client_id=development&post_logout_redirect_uri=https://evil.example/',
      '/session/end?post_logout_redirect_uri=https://evil.example/',
    ]) {
      const shown = await rig.browser.go(path)
      expect(shown.url).toContain(ISSUER)
      expect(shown.text).not.toContain('evil.example')
    }
    const account = await rig.browser.go('/account?lang=ko&self=//evil.example')
    expect(account.text).not.toContain('evil.example')
    expect((await rig.browser.go('//evil.example/account')).status).not.toBe(303)
  })
})

describe('PKCE', () => {
  it.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['a plain one', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
    ['one without its method, which is plain', { code_challenge_method: undefined }],
  ])('is not done without: %s', async (_, change) => {
    const { url } = await rig.browser.go(beginSignIn(change).path)
    expect(new URL(url).searchParams.get('error')).toBe('invalid_request')
    expect(url).not.toContain('code=')
  })

  it.each([
    ['another verifier', { code_verifier: 'y'.repeat(43) }],
    ['none', { code_verifier: '' }],
    ['the challenge itself', {}],
  ])('gives no token for %s', async (_, change) => {
    const { verifier, url } = await signInLee()
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const { status, body } = await exchange(rig.base, url, verifier, { code_verifier: challenge, ...change })
    expect([status, body.access_token]).toEqual([400, undefined])
  })
})

describe('an answer by a form that sends itself', () => {
  const form_post = { response_mode: 'form_post' }

  it('needs a script, so the app is told at once that there is none', async () => {
    for (const signedIn of [false, true]) {
      if (signedIn) await signInLee()
      const { url } = await rig.browser.go(beginSignIn(form_post).path)
      expect(url.startsWith(CALLBACK)).toBe(true)
      expect(new URL(url).searchParams.get('error')).toBe('unsupported_response_mode')
    }
  })

  it('does not come with another mistake either', async () => {
    const shown = await rig.browser.go(beginSignIn({ ...form_post, code_challenge: undefined }).path)
    expect([shown.status, shown.text.includes('<script')]).toEqual([400, false])
  })

  it('is not offered', async () => {
    const metadata = await (await fetch(`${rig.base}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({ response_modes_supported: ['fragment', 'query'] })
  })
})

describe('mix-up', () => {
  it('is noticed by who the answer says it is from, good or bad (RFC 9207)', async () => {
    const good = new URL((await signInLee()).url)
    const bad = new URL((await rig.browser.go(beginSignIn({ code_challenge: undefined }).path)).url)
    for (const answer of [good, bad]) expect(answer.searchParams.get('iss')).toBe(ISSUER)
    const metadata = await (await fetch(`${rig.base}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
    })
  })

  it('does not exchange the code of one app for another', async () => {
    await ports.apps.add({ id: 'florist', name: 'Florist', redirectUris: [CALLBACK] })
    const { verifier, url } = await signInLee()
    const { status, body } = await exchange(rig.base, url, verifier, { client_id: 'florist' })
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })

  it('does not exchange it for another address', async () => {
    const { verifier, url } = await signInLee()
    expect((await exchange(rig.base, url, verifier, { redirect_uri: 'http://localhost:5174/' })).status).toBe(400)
  })

  it('gives nobody a token as the pages’ own app', async () => {
    const own = { client_id: 'account', redirect_uri: `${ISSUER}/account` }
    await signInLee()
    const { verifier, path } = beginSignIn(own)
    const answer = await rig.browser.targetOf(path)
    expect(answer).toContain(`${ISSUER}/account?code=`)
    const { status, body } = await exchange(rig.base, answer, verifier, own)
    expect([status, body.access_token]).toEqual([400, undefined])
  })
})

describe('replay', () => {
  it('of a code ends what was given for it', async () => {
    const { verifier, url } = await signInLee()
    const { body } = await exchange(rig.base, url, verifier)
    expect((await exchange(rig.base, url, verifier)).body.error).toBe('invalid_grant')
    const refreshed = await appTokens(rig.base, { grant_type: 'refresh_token', refresh_token: body.refresh_token })
    expect(refreshed.body.error).toBe('invalid_grant')
  })

  it('of a code, many times at once, gives tokens once at most', async () => {
    const { verifier, url } = await signInLee()
    const all = await Promise.all(Array.from({ length: 8 }, () => exchange(rig.base, url, verifier)))
    expect(all.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('of a sign-in that is over signs nobody in', async () => {
    const begun = beginSignIn()
    const page = await rig.browser.go(begun.path)
    const kept = [...rig.browser.cookies]
    await rig.browser.send(page, '/demo', { user: 'lee' })
    rig.browser.cookies.clear()
    for (const [key, cookie] of kept) rig.browser.cookies.set(key, cookie)
    expect((await rig.browser.send(page, '/demo', { user: 'lee' })).status).toBe(400)
  })
})
