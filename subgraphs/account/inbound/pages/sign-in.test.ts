import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { decodeJwt } from 'jose'
import { createLogger } from '../../../../chassis/log.ts'
import { fakeOnly } from '../../../../chassis/testing/fake-only.ts'
import { keepDemoData } from '../../application/demo.ts'
import { demoUsers } from '../../demo-users.ts'
import { codeIn, issuerOptions, recordedMessages } from '../../testing/issuer-options.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { ISSUER } from '../../testing/token-client.ts'
import { appTokens, beginSignIn, CALLBACK, exchange, type Shown, type Visitor, visitor } from '../../testing/visitor.ts'
import { serveIssuer } from '../oidc/issuer.ts'

const log = createLogger('account')
log.level = 'silent'
const ports = memoryPorts()
const messages = recordedMessages()
let issuer: Awaited<ReturnType<typeof serveIssuer>>
let base: string
beforeAll(async () => {
  await keepDemoData(ports, 'demo secret')
  issuer = await serveIssuer({
    ...issuerOptions(messages),
    proxies: 1,
    tokensPerMinute: 10_000,
    demoSecret: 'd',
    ports,
    log,
  })
  base = `http://127.0.0.1:${issuer.port}`
})
afterAll(() => issuer.close())

let address = 0
let browser: Visitor
beforeEach(() => {
  address += 1
  browser = visitor(base, { 'x-forwarded-for': `192.0.2.${address}` })
  messages.outcome = 'sent'
})

let number = 10_000_000
/** A number that nobody had before. */
const newPhone = () => {
  number += 1
  return `010-${String(number).slice(0, 4)}-${String(number).slice(4)}`
}
const lastCode = () => codeIn(messages.sent.at(-1) ?? { text: '' })
const wrongCode = () => (lastCode() === '000000' ? '000001' : '000000')

/** Begins to sign in, and requests a code; answers the page that asks for it. */
async function untilCode(phone: string, change: Record<string, string> = {}) {
  const begun = beginSignIn(change)
  const asked = await browser.go(begun.path)
  const page = await browser.send(asked, new URL(asked.url).pathname, { phone })
  return { ...begun, page }
}

/** Signs in wholly, with a name if one is asked for; answers the app's callback. */
async function signIn(phone: string, name = '이름') {
  const { verifier, state, page } = await untilCode(phone)
  let shown = await browser.send(page, '/code', { code: lastCode() })
  if (shown.url.endsWith('/name')) shown = await browser.send(shown, '/name', { name })
  return { verifier, state, callback: shown.url }
}
const refresh = (refresh_token: string) => appTokens(base, { grant_type: 'refresh_token', refresh_token })
/** From now on the first reads of a kind of state wait until there are `callers`: then all have seen the same. */
function together(kind: string, callers: number): () => void {
  const { find } = ports.state
  const all = Promise.withResolvers<void>()
  let waiting = 0
  ports.state.find = async (...given) => {
    const found = await find(...given)
    if (given[0] === kind && waiting < callers) {
      waiting += 1
      if (waiting === callers) all.resolve()
      await all.promise
    }
    return found
  }
  return () => {
    ports.state.find = find
  }
}
const alertIn = ({ text }: Shown) => /role="alert"[^>]*>([^<]*)</.exec(text)?.[1]

describe('signing in by phone', () => {
  it('signs up whoever is new, who is asked for a name once', async () => {
    const phone = newPhone()
    const { verifier, state, callback } = await signIn(phone, '  김\u200b하늘 ')
    const answer = new URL(callback)
    expect([answer.origin + answer.pathname, answer.searchParams.get('state')]).toEqual([CALLBACK, state])
    const { status, body } = await exchange(base, callback, verifier)
    expect([status, body.expires_in]).toEqual([200, 600])
    const { sub = '', roles, exp = 0, iat = 0 } = decodeJwt(body.access_token)
    expect([roles, exp - iat]).toEqual([['CUSTOMER'], 600])
    expect(await ports.users.byIds([sub])).toEqual([{ id: sub, name: '김하늘', roles: ['CUSTOMER'] }])

    browser = visitor(base, { 'x-forwarded-for': '192.0.2.250' })
    const again = await untilCode(phone.replaceAll('-', ' '))
    const { url } = await browser.send(again.page, '/code', {
      code: ` ${lastCode().slice(0, 3)}-${lastCode().slice(3)}`,
    })
    const second = await exchange(base, url, again.verifier)
    expect(decodeJwt(second.body.access_token).sub).toBe(sub)
  })

  it('sends the code to the number, with our host, and tells it nowhere else', async () => {
    const { page } = await untilCode('010 9999 0001')
    expect(messages.sent.at(-1)).toEqual({
      id: expect.any(String),
      to: '+821099990001',
      text: expect.stringMatching(/code.*\n\n@login\.example\.com #\d{6}$/s),
    })
    expect(page.text).toContain('010-9999-0001')
    expect(page.text).not.toContain(lastCode())
    expect(JSON.stringify(await ports.attempts.find(page.url.split('/').at(-2) ?? ''))).not.toContain(lastCode())
  })

  it('says how many tries are left, takes five, and then not even the right code', async () => {
    const { page } = await untilCode(newPhone())
    let shown = page
    const left: (string | undefined)[] = []
    for (let n = 0; n < 5; n++) {
      shown = await browser.send(shown, '/code', { code: wrongCode() })
      left.push(alertIn(shown))
    }
    expect(left).toEqual([
      ...[4, 3, 2].map((n) => `This is not the code. You can try ${n} more times.`),
      'This is not the code. You can try 1 more time.',
      'This is not the code. Request another one.',
    ])
    shown = await browser.send(shown, '/code', { code: lastCode() })
    expect([shown.status, alertIn(shown)]).toEqual([422, expect.stringContaining('After five wrong tries')])
    shown = await browser.send(shown, '/again', {})
    shown = await browser.send(shown, '/code', { code: lastCode() })
    expect(shown.url).toContain('/name')
  })

  it('takes a code for five minutes', async () => {
    fakeOnly('Date')
    const { page } = await untilCode(newPhone())
    jest.setSystemTime(Date.now() + 5 * 60_000)
    let shown = await browser.send(page, '/code', { code: lastCode() })
    expect([shown.status, alertIn(shown)]).toEqual([422, 'The time for this code is over. Request another one.'])
    shown = await browser.send(shown, '/again', {})
    jest.setSystemTime(Date.now() + 5 * 60_000 - 1)
    shown = await browser.send(shown, '/code', { code: lastCode() })
    jest.useRealTimers()
    expect(shown.url).toContain('/name')
  })

  it('counts tries that come at once', async () => {
    const { page } = await untilCode(newPhone())
    const tries = Array.from({ length: 40 }, () => browser.send(page, '/code', { code: wrongCode() }))
    const alerts = (await Promise.all(tries)).map(alertIn)
    expect(alerts.filter((text) => text?.startsWith('This is not the code'))).toHaveLength(5)
  })

  it('takes a code once, by whom it was sent for', async () => {
    const phone = newPhone()
    await untilCode(phone)
    const first = lastCode()
    const { page } = await untilCode(phone)
    if (first !== lastCode())
      expect(alertIn(await browser.send(page, '/code', { code: first }))).toContain('This is not the code')
  })

  it('goes on where a message may not have been sent', async () => {
    messages.outcome = 'unknown'
    const { page } = await untilCode(newPhone())
    expect(alertIn(page)).toContain('could not make sure')
    expect((await browser.send(page, '/code', { code: lastCode() })).url).toContain('/name')
  })

  it.each(['', '02-123-4567', '+1 213 373 4253', '010-1234-56', 'x'.repeat(5_000), '0'.repeat(41)])(
    'sends nothing to %.20j',
    async (phone) => {
      const before = messages.sent.length
      const { page } = await untilCode(phone)
      expect([page.status, alertIn(page)]).toEqual([422, 'Enter a mobile number that can get text messages.'])
      expect(messages.sent.length).toBe(before)
    },
  )

  it.each(['', ' ', '\u200b', 'a\nb', 'x'.repeat(101)])('asks again for a name instead of %.20j', async (name) => {
    const { page } = await untilCode(newPhone())
    const asked = await browser.send(page, '/code', { code: lastCode() })
    const shown = await browser.send(asked, '/name', { name })
    expect([shown.status, alertIn(shown)]).toEqual([422, 'Enter a name of at most 100 characters.'])
  })

  it('answers a failing database with a page, and 503', async () => {
    const failing = {
      ...ports,
      attempts: { ...ports.attempts, begin: () => Promise.reject(Object.assign(new Error(), { code: '57P01' })) },
    }
    const other = await serveIssuer({ ...issuerOptions(messages), demoSecret: 'd', ports: failing, log })
    browser = visitor(`http://127.0.0.1:${other.port}`)
    const { page } = await untilCode(newPhone())
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2'])
    expect(page.text).toContain('This did not work just now')
    await other.close()
  })
})

describe('tokens of an app', () => {
  it('are refreshed by a token that is good once; used again, all of the family end', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body: first } = await exchange(base, callback, verifier)
    const second = await refresh(first.refresh_token)
    expect([second.status, second.body.expires_in]).toEqual([200, 600])
    expect(second.body.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(first.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(second.body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('end too if one refresh token is used twice at the same time', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(base, callback, verifier)
    const ended = together('RefreshToken', 3)
    const all = await Promise.all([1, 2, 3].map(() => refresh(body.refresh_token)))
    ended()
    const given = all.filter(({ status }) => status === 200)
    expect(given).toHaveLength(1)
    for (const { body } of given) expect((await refresh(body.refresh_token)).status).toBe(400)
  })

  it('have the roles that their user has when they are refreshed', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(base, callback, verifier)
    await ports.users.giveRole(decodeJwt(body.access_token).sub ?? '', 'RIDER')
    const { body: next } = await refresh(body.refresh_token)
    expect(decodeJwt(next.access_token).roles).toEqual(['CUSTOMER', 'RIDER'])
  })

  it('are refreshed no more after signing out', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(base, callback, verifier)
    const after = 'http://localhost:5173/bye'
    const query = new URLSearchParams({ id_token_hint: body.id_token, post_logout_redirect_uri: after, state: 's' })
    const asked = await browser.go(`/session/end?${query}`)
    expect(asked.text).toContain('Sign out?')
    expect((await browser.send(asked, '/confirm', { logout: 'yes' })).url).toBe(`${after}?state=s`)
    expect((await refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await browser.go(beginSignIn().path)).url).toContain('/sign-in/')
  })

  it('go on if the person decides to stay', async () => {
    const { callback } = await signIn(newPhone())
    expect(callback).toContain('code=')
    const asked = await browser.go('/session/end')
    expect((await browser.send(asked, '/confirm', {})).status).toBe(200)
    expect((await browser.go(beginSignIn().path)).url).toContain(CALLBACK)
  })

  it('end by a revocation of the refresh token, as of an app on a phone', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const { body } = await exchange(base, callback, verifier)
    const revocation = { client_id: 'development', token: body.refresh_token }
    await fetch(`${base}/token/revocation`, { method: 'POST', body: new URLSearchParams(revocation) })
    expect((await refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('may be asked for by pages of the own machine in development, and by no others', async () => {
    const { verifier, callback } = await signIn(newPhone())
    const code = {
      grant_type: 'authorization_code',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      code: new URL(callback).searchParams.get('code') ?? '',
    }
    const foreign = await appTokens(base, code, { origin: 'https://evil.example' })
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([400, null])
    const own = await appTokens(base, code, { origin: 'http://localhost:5173' })
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:5173'])
  })
})

describe('the account', () => {
  it('is exported with all that is kept of its person, and of nobody else', async () => {
    const { callback } = await signIn('010-8888-0001', '내보내기')
    expect(callback).toContain('code=')
    const { id = '' } = (await ports.users.bySignIn('tel:+821088880001')) ?? {}
    await ports.addresses.save(id, { key: 'k', label: '엄마', name: '김', phone: '010-1', address: '분당' }, 20)
    const shown = await browser.go('/account/export')
    expect(shown.headers.get('content-disposition')).toContain('attachment')
    expect(JSON.parse(shown.text)).toEqual({
      id,
      name: '내보내기',
      roles: ['CUSTOMER'],
      phones: ['+821088880001'],
      rolesAskedFor: [],
      addresses: [{ label: '엄마', name: '김', phone: '010-1', address: '분당' }],
    })
    expect((await visitor(base).go('/account/export')).url).toBe(`${ISSUER}/account`)
  })

  it('is erased: no token of it is good any more, and the number signs up as somebody else', async () => {
    const phone = newPhone()
    const { verifier, callback } = await signIn(phone, '지워지는 이름')
    const { body } = await exchange(base, callback, verifier)
    const asked = await browser.go('/account/erase')
    expect((await browser.send(asked, '/account/erase', { confirmation: 'no' })).url).toBe(`${ISSUER}/account`)
    const erased = await browser.send(asked, '/account/erase', { confirmation: 'ERASE' })
    expect([erased.status, erased.text]).toEqual([200, expect.stringContaining('Your account is deleted')])
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
    expect((await browser.go('/account')).text).not.toContain('지워지는 이름')
    const { sub = '' } = decodeJwt(body.access_token)
    expect(await ports.users.byIds([sub])).toEqual([{ id: sub, name: '', roles: [] }])
    expect((await ports.revocations.all()).map(({ id }) => id)).toContain(sub)
    const again = await signIn(phone, '새 이름')
    const next = await exchange(base, again.callback, again.verifier)
    expect(decodeJwt(next.body.access_token).sub).not.toBe(sub)
  })
})

it('an erased person is nobody, even if a request that was under way has written their session again', async () => {
  const { verifier, callback } = await signIn(newPhone())
  const { body } = await exchange(base, callback, verifier)
  const { sub = '' } = decodeJwt(body.access_token)
  // What such a request would write.
  const kinds = ['Session', 'Grant', 'RefreshToken']
  const written = await Promise.all(kinds.map(async (kind) => ({ kind, states: await ports.state.newest(kind) })))
  await ports.users.erase(sub, Date.now(), 0)
  for (const { kind, states } of written)
    for (const state of states)
      if (state.accountId === sub) await ports.state.upsert(kind, String(state.jti), state, 600)
  expect((await browser.go('/account')).text).toContain('/account/sign-in')
  expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
  const page = await browser.go(beginSignIn().path)
  expect([page.status, page.url]).toEqual([200, expect.stringContaining('/sign-in/')])
  expect((await browser.send(page, '/demo', { user: 'lee' })).url).toContain('code=')
})

describe('two tabs', () => {
  it('that sign in at the same time both come back', async () => {
    const [one, other] = [beginSignIn(), beginSignIn()]
    const pages = [await browser.go(one.path), await browser.go(other.path)]
    const phone = newPhone()
    const callbacks: string[] = []
    for (const page of pages) {
      let shown = await browser.send(page, page.url.replace(ISSUER, ''), { phone })
      shown = await browser.send(shown, '/code', { code: lastCode() })
      if (shown.url.endsWith('/name')) shown = await browser.send(shown, '/name', { name: '두 탭' })
      callbacks.push(shown.url)
    }
    const tokens = await Promise.all(
      [one, other].map(({ verifier }, index) => exchange(base, callbacks[index] ?? '', verifier)),
    )
    expect(tokens.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(tokens.map(({ body }) => decodeJwt(body.access_token).sub)).size).toBe(1)
  })

  it('of two people: the second one signs the first one out of this browser', async () => {
    const [one, other] = [beginSignIn(), beginSignIn()]
    const pages = [await browser.go(one.path), await browser.go(other.path)]
    const first = await browser.send(pages[0] as Shown, '/demo', { user: 'lee' })
    const lee = await exchange(base, first.url, one.verifier)
    const second = await browser.send(pages[1] as Shown, '/demo', { user: 'hong' })
    const hong = await exchange(base, second.url, other.verifier)
    expect([lee, hong].map(({ body }) => decodeJwt(body.access_token).sub)).toEqual([
      demoUsers[0]?.id,
      demoUsers[1]?.id,
    ])
    expect((await refresh(lee.body.refresh_token)).status).toBe(400)
    expect((await refresh(hong.body.refresh_token)).status).toBe(200)
  })

  it('of which one has signed in: the other finds its page over, and says what to do', async () => {
    const begun = beginSignIn()
    const page = await browser.go(begun.path)
    await browser.send(page, '/demo', { user: 'lee' })
    const late = await browser.send(page, '/demo', { user: 'hong' })
    expect([late.status, late.text]).toEqual([400, expect.stringContaining('This sign-in page is over')])
  })
})

describe('development', () => {
  it('has a button for each demo user', async () => {
    const begun = beginSignIn()
    const page = await browser.go(begun.path)
    for (const { login, name } of demoUsers) expect(page.text).toMatch(new RegExp(`value="${login}">\\s*${name}`))
    const { url } = await browser.send(page, '/demo', { user: 'kj' })
    const { body } = await exchange(base, url, begun.verifier)
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: demoUsers[2]?.id, roles: ['STORE_OWNER'] })
  })

  it('is not there without a demo secret: no buttons, no app of development, no page of messages', async () => {
    await ports.apps.add({ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'] })
    const production = await serveIssuer({ ...issuerOptions(messages), ports, log })
    browser = visitor(`http://127.0.0.1:${production.port}`)
    expect((await browser.go(beginSignIn().path)).status).toBe(400)
    const page = await browser.go(
      beginSignIn({ client_id: 'shop', redirect_uri: 'https://shop.example/callback' }).path,
    )
    expect([page.status, page.text.includes('demo')]).toEqual([200, false])
    const forged = {
      ...page,
      text: page.text
        .replaceAll('method="post" action="', 'method="post" action="')
        .replace(/action="([^"]*)"/, 'action="$1/demo"'),
    }
    expect((await browser.send(forged, '/demo', { user: 'lee' })).status).toBe(404)
    expect((await browser.go('/messages')).status).toBe(404)
    await production.close()
  })
})
