import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createLogger } from '../../../../chassis/log.ts'
import { recordedAudit } from '../../../../chassis/testing/recorded-audit.ts'
import { keepDemoData } from '../../application/demo.ts'
import { signInOf } from '../../application/phone.ts'
import { codeIn, issuerOptions, recordedMessages } from '../../testing/issuer-options.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { ISSUER } from '../../testing/token-client.ts'
import { appTokens, beginSignIn, CALLBACK, exchange, type Shown, type Visitor, visitor } from '../../testing/visitor.ts'
import { serveIssuer } from '../oidc/issuer.ts'

const log = createLogger('account')
log.level = 'silent'
const ports = memoryPorts()
const messages = recordedMessages()
const audit = recordedAudit()
let issuer: Awaited<ReturnType<typeof serveIssuer>>
let base: string
beforeAll(async () => {
  await keepDemoData(ports, 'demo secret')
  const limits = { proxies: 1, tokensPerMinute: 10_000 }
  issuer = await serveIssuer({ ...issuerOptions(messages), ...limits, demoSecret: 'd', ports, log, audit })
  base = `http://127.0.0.1:${issuer.port}`
})
afterAll(() => issuer.close())

let address = 0
const atNewAddress = () => {
  address += 1
  return visitor(base, { 'x-forwarded-for': `198.51.${100 + Math.floor(address / 250)}.${1 + (address % 250)}` })
}
let browser: Visitor
beforeEach(() => {
  browser = atNewAddress()
})

let number = 20_000_000
const newPhone = () => {
  number += 1
  return `010${number}`
}
const lastCode = () => codeIn(messages.sent.at(-1) ?? { text: '' })
const pathOf = ({ url }: Shown) => new URL(url).pathname

/** Signs a demo user in; answers the callback, and what the app remembers. */
async function signIn(change: Record<string, string | undefined> = {}, by = browser) {
  const begun = beginSignIn(change)
  const { url } = await by.send(await by.go(begun.path), '/demo', { user: 'lee' })
  return { ...begun, url }
}

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
    const shown = await browser.go(beginSignIn({ redirect_uri }).path)
    expect([shown.status, shown.url.startsWith(ISSUER)]).toEqual([400, true])
  })

  it.each([
    'https://shop.example/callback/../evil',
    'https://shop.example/callback?x',
    'https://shop.example/',
    CALLBACK,
  ])('lead nowhere for an app that is registered: %s', async (redirect_uri) => {
    await ports.apps.add({ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'] })
    const shown = await browser.go(beginSignIn({ client_id: 'shop', redirect_uri }).path)
    expect([shown.status, shown.url.startsWith(ISSUER)]).toEqual([400, true])
  })

  it('lead nowhere after signing out, nor by the language', async () => {
    await signIn()
    for (const path of [
      '/session/end?client_id=development&post_logout_redirect_uri=https://evil.example/',
      '/session/end?post_logout_redirect_uri=https://evil.example/',
    ]) {
      const shown = await browser.go(path)
      expect(shown.url).toContain(ISSUER)
      expect(shown.text).not.toContain('evil.example')
    }
    const account = await browser.go('/account?lang=ko&self=//evil.example')
    expect(account.text).not.toContain('evil.example')
    expect((await browser.go('//evil.example/account')).status).not.toBe(303)
  })
})

describe('PKCE', () => {
  it.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['a plain one', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
    ['one without its method, which is plain', { code_challenge_method: undefined }],
  ])('is not done without: %s', async (_, change) => {
    const { url } = await browser.go(beginSignIn(change).path)
    expect(new URL(url).searchParams.get('error')).toBe('invalid_request')
    expect(url).not.toContain('code=')
  })

  it.each([
    ['another verifier', { code_verifier: 'y'.repeat(43) }],
    ['none', { code_verifier: '' }],
    ['the challenge itself', {}],
  ])('gives no token for %s', async (_, change) => {
    const { verifier, url } = await signIn()
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const { status, body } = await exchange(base, url, verifier, { code_verifier: challenge, ...change })
    expect([status, body.access_token]).toEqual([400, undefined])
  })
})

describe('mix-up', () => {
  it('is noticed by who the answer says it is from, good or bad (RFC 9207)', async () => {
    const good = new URL((await signIn()).url)
    const bad = new URL((await browser.go(beginSignIn({ code_challenge: undefined }).path)).url)
    for (const answer of [good, bad]) expect(answer.searchParams.get('iss')).toBe(ISSUER)
    const metadata = await (await fetch(`${base}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
    })
  })

  it('does not exchange the code of one app for another', async () => {
    await ports.apps.add({ id: 'florist', name: 'Florist', redirectUris: [CALLBACK] })
    const { verifier, url } = await signIn()
    const { status, body } = await exchange(base, url, verifier, { client_id: 'florist' })
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })

  it('does not exchange it for another address, nor for the pages’ own app', async () => {
    const { verifier, url } = await signIn()
    expect((await exchange(base, url, verifier, { redirect_uri: 'http://localhost:5174/' })).status).toBe(400)
    const { status } = await appTokens(base, { client_id: 'account', grant_type: 'client_credentials' })
    expect(status).toBe(400)
  })
})

describe('replay', () => {
  it('of a code ends what was given for it', async () => {
    const { verifier, url } = await signIn()
    const { body } = await exchange(base, url, verifier)
    expect((await exchange(base, url, verifier)).body.error).toBe('invalid_grant')
    const refreshed = await appTokens(base, { grant_type: 'refresh_token', refresh_token: body.refresh_token })
    expect(refreshed.body.error).toBe('invalid_grant')
  })

  it('of a code, many times at once, gives tokens once at most', async () => {
    const { verifier, url } = await signIn()
    const all = await Promise.all(Array.from({ length: 8 }, () => exchange(base, url, verifier)))
    expect(all.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('of a sign-in that is over signs nobody in', async () => {
    const begun = beginSignIn()
    const page = await browser.go(begun.path)
    const kept = [...browser.cookies]
    await browser.send(page, '/demo', { user: 'lee' })
    browser.cookies.clear()
    for (const [key, cookie] of kept) browser.cookies.set(key, cookie)
    expect((await browser.send(page, '/demo', { user: 'lee' })).status).toBe(400)
  })
})

describe('forged forms', () => {
  it.each([
    ['without the hidden field', { form: '' }, {}],
    ['with one of another browser', { form: 'x'.repeat(43) }, {}],
    ['from another site, by what the browser says', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from another host of our domain', {}, { 'sec-fetch-site': 'same-site' }],
    ['as JSON', {}, { 'content-type': 'application/json' }],
    ['as text', {}, { 'content-type': 'text/plain' }],
  ])('are refused: %s', async (_, fields, headers) => {
    const page = await browser.go(beginSignIn().path)
    const before = messages.sent.length
    const demo = await browser.send(page, '/demo', { user: 'lee', ...fields }, headers)
    const phone = await browser.send(page, pathOf(page), { phone: newPhone(), ...fields }, headers)
    expect([demo.status, phone.status, messages.sent.length]).toEqual([403, 403, before])
  })

  it('with the field of the attacker’s own browser are refused, too', async () => {
    const attacker = atNewAddress()
    const own = await attacker.go(beginSignIn().path)
    const form = /name="form" value="([^"]*)"/.exec(own.text)?.[1] ?? ''
    const page = await browser.go(beginSignIn().path)
    expect((await browser.send(page, '/demo', { user: 'lee', form })).status).toBe(403)
  })

  it('for another’s sign-in are refused: nobody can be signed in as the attacker', async () => {
    const attacker = atNewAddress()
    const theirs = await attacker.go(beginSignIn().path)
    await browser.go(beginSignIn().path)
    const shown = await browser.send(theirs, '/demo', { user: 'lee' })
    expect([shown.status, shown.text]).toEqual([400, expect.stringContaining('This sign-in page is over')])
  })

  it('for another’s sign-in are refused, even with a cookie that a browser would not send there', async () => {
    const attacker = atNewAddress()
    const theirs = await attacker.go(beginSignIn().path)
    const own = await browser.go(beginSignIn().path)
    for (const cookie of browser.cookies.values()) if (cookie.path === pathOf(own)) cookie.path = pathOf(theirs)
    expect((await browser.go(pathOf(theirs))).status).toBe(400)
  })

  it('about oneself are refused', async () => {
    await signIn()
    for (const path of ['/account/name', '/account/roles', '/account/sign-out-everywhere']) {
      const shown = await browser.go(path, { method: 'POST', body: new URLSearchParams({ name: 'x', role: 'RIDER' }) })
      expect([path, shown.status]).toEqual([path, 403])
    }
    expect((await ports.users.bySignIn('lee'))?.name).toBe('이하늘')
  })

  it('of more than they can be are not read', async () => {
    const page = await browser.go(beginSignIn().path)
    expect((await browser.send(page, pathOf(page), { phone: '0'.repeat(100_000) })).status).toBe(413)
  })
})

describe('finding out who signs in here', () => {
  const phone = newPhone()
  beforeAll(async () => {
    await ports.users.signUp(
      { id: '01900000-0000-7000-8000-00000000aaaa', name: '손님', roles: ['CUSTOMER'] },
      signInOf(`+82${phone.slice(1)}`),
    )
  })

  /** What a stranger sees of a number: the pages, without what is new each time. */
  async function seenOf(phone: string) {
    const stranger = atNewAddress()
    const page = await stranger.go(beginSignIn({ state: 's' }).path)
    const seen: string[] = []
    const note = (shown: Shown) => {
      const plain = shown.text
        .replace(/value="[^"]*"/g, '')
        .replaceAll(pathOf(page), '/uid')
        .replace(/010-\d{4}-\d{4}/, 'phone')
      seen.push(`${shown.status} ${[...shown.headers.keys()].join()} ${plain}`)
      return shown
    }
    let shown = note(await stranger.send(page, pathOf(page), { phone }))
    const wrong = lastCode() === '111111' ? '222222' : '111111'
    for (let n = 0; n < 6; n++) shown = note(await stranger.send(shown, '/code', { code: wrong }))
    note(await stranger.go(`${pathOf(page)}/name`))
    return seen
  }

  it('is not possible by what is said, nor by what is read', async () => {
    const reads: string[] = []
    const { bySignIn } = ports.users
    ports.users.bySignIn = (signIn) => {
      reads.push(signIn)
      return bySignIn(signIn)
    }
    const [known, unknown] = [await seenOf(phone), await seenOf(newPhone())]
    ports.users.bySignIn = bySignIn
    expect(known).toEqual(unknown)
    expect(known).toHaveLength(8)
    // No time can tell them apart where nothing is looked up.
    expect(reads).toEqual([])
  })

  it('is not possible by the limit of a number', async () => {
    const page = await browser.go(beginSignIn().path)
    for (const one of [phone, newPhone()]) {
      const statuses: number[] = []
      for (let n = 0; n < 6; n++) statuses.push((await browser.send(page, pathOf(page), { phone: one })).status)
      expect(statuses.at(-1)).toBe(429)
    }
  })
})

describe('guessing', () => {
  /** Tries one code at many numbers, each in a sign-in of its own. */
  async function guess(times: number, by: () => Visitor) {
    const outcomes: number[] = []
    for (let n = 0; n < times; n++) {
      const one = by()
      const page = await one.go(beginSignIn().path)
      const asked = await one.send(page, pathOf(page), { phone: newPhone() })
      if (asked.status !== 200) {
        outcomes.push(asked.status)
        continue
      }
      const wrong = lastCode() === '111111' ? '222222' : '111111'
      outcomes.push((await one.send(asked, '/code', { code: wrong })).status)
    }
    return outcomes
  }

  it('over many numbers from one address ends with its limit of wrong codes', async () => {
    const one = atNewAddress()
    const outcomes = await guess(35, () => one)
    expect(outcomes.filter((status) => status === 422)).toHaveLength(30)
    expect(outcomes.slice(30)).toEqual(Array(5).fill(429))
    const page = await one.go(beginSignIn().path)
    const asked = await one.send(page, pathOf(page), { phone: newPhone() })
    const right = await one.send(asked, '/code', { code: lastCode() })
    expect([right.status, Number(right.headers.get('retry-after')) > 0]).toEqual([429, true])
  })

  it('over many addresses at one number ends with its limit of codes', async () => {
    const phone = newPhone()
    const before = messages.sent.length
    for (let n = 0; n < 8; n++) {
      const one = atNewAddress()
      const page = await one.go(beginSignIn().path)
      await one.send(page, pathOf(page), { phone })
    }
    expect(messages.sent.length - before).toBe(5)
  })

  it('has no use for the number of a sign-in: a code is good in one only', async () => {
    const phone = newPhone()
    const [mine, theirs] = [atNewAddress(), atNewAddress()]
    const page = await theirs.go(beginSignIn().path)
    const asked = await theirs.send(page, pathOf(page), { phone })
    const other = lastCode()
    const own = await mine.go(beginSignIn().path)
    const next = await mine.send(own, pathOf(own), { phone })
    if (other !== lastCode()) expect((await mine.send(next, '/code', { code: other })).status).toBe(422)
    expect((await theirs.send(asked, '/code', { code: other })).url).toContain('/name')
  })

  it('of messages sent at a stranger’s cost ends with the limit of an address', async () => {
    const before = messages.sent.length
    for (let n = 0; n < 70; n++) {
      const page = await browser.go(beginSignIn().path)
      await browser.send(page, pathOf(page), { phone: newPhone() })
    }
    expect(messages.sent.length - before).toBe(60)
  })
})

describe('the pages', () => {
  it('run no script, are in no frame, are kept by nobody, and lead their forms to the app only', async () => {
    const page = await browser.go(beginSignIn().path)
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:5173; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.text).not.toMatch(/<script|style=|\son\w+=|javascript:/)
    for (const path of ['/account', '/session/end', '/auth?client_id=nobody']) {
      const shown = await browser.go(path)
      expect([path, shown.headers.get('content-security-policy')]).toEqual([
        path,
        expect.stringMatching(/^default-src 'none'; style-src 'self'; form-action 'self'; /),
      ])
      expect(shown.text).not.toMatch(/<script|style=/)
    }
  })

  it('show what was typed as text', async () => {
    const page = await browser.go(beginSignIn().path)
    const shown = await browser.send(page, pathOf(page), { phone: '"><script>alert(1)</script>' })
    expect(shown.text).toContain('value="&quot;&gt;&lt;script&gt;')
    expect(shown.text).not.toContain('<script')
    const asked = await browser.send(page, pathOf(page), { phone: newPhone() })
    await browser.send(await browser.send(asked, '/code', { code: lastCode() }), '/name', { name: '<img src=x>&"' })
    expect((await browser.go('/account')).text).toContain('value="&lt;img src=x&gt;&amp;&quot;"')
  })

  it.each(['%00', '%ED%A0%80', 'a'.repeat(64), '..%2f..%2faccount'])('have none for the sign-in %s', async (uid) => {
    expect([400, 404]).toContain((await browser.go(`/sign-in/${uid}`)).status)
  })

  it('mark cookies so that neither scripts nor other sites nor plain HTTP have them', async () => {
    const response = await fetch(base + beginSignIn().path, { redirect: 'manual' })
    const page = await fetch(`${base}/sign-in/x`, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(400)
    const set = response.headers.getSetCookie()
    expect(set.length).toBeGreaterThan(1)
    for (const cookie of set)
      expect(cookie).toMatch(
        /secure; httponly; samesite=lax|httponly.*samesite=lax.*secure|samesite=lax.*secure.*httponly/i,
      )
  })
})

it('the audit trail says who signed in, and what was tried, without a number or a code', async () => {
  const phone = newPhone()
  const page = await browser.go(beginSignIn().path)
  const asked = await browser.send(page, pathOf(page), { phone })
  const wrong = lastCode() === '111111' ? '222222' : '111111'
  const named = await browser.send(await browser.send(asked, '/code', { code: wrong }), '/code', { code: lastCode() })
  const { url } = await browser.send(named, '/name', { name: '비밀이름' })
  expect(url).toContain('code=')
  const own = audit.events.filter(({ event }) => event === 'sign-in').slice(-3)
  expect(own.map(({ outcome }) => outcome)).toEqual(['CodeSent', 'WrongCode', 'signed up'])
  expect(own.at(-1)?.subject).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.stringify(audit.events)).not.toMatch(new RegExp(`${phone.slice(1)}|비밀이름|\\b${lastCode()}\\b`))
})
