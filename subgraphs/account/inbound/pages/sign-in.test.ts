import { describe, expect, it, jest } from '@jest/globals'
import { decodeJwt } from 'jose'
import { fakeOnly } from '../../../../chassis/testing/fake-only.ts'
import { demoUsers } from '../../demo-users.ts'
import { issuerOptions } from '../../testing/issuer-options.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { pagesRig } from '../../testing/pages-rig.ts'
import { beginSignIn, CALLBACK, exchange, visitor } from '../../testing/visitor.ts'
import { serveIssuer } from '../oidc/issuer.ts'

const rig = pagesRig()
const { ports, messages, log, newPhone, lastCode, wrongCode, alertIn, untilCode, signIn } = rig

describe('signing in by phone', () => {
  it('signs up whoever is new, who is asked for a name once', async () => {
    const phone = newPhone()
    const { verifier, state, callback } = await signIn(phone, '  김\u200b하늘 ')
    const answer = new URL(callback)
    expect([answer.origin + answer.pathname, answer.searchParams.get('state')]).toEqual([CALLBACK, state])
    const { status, body } = await exchange(rig.base, callback, verifier)
    expect([status, body.expires_in]).toEqual([200, 600])
    const { sub = '', roles, exp = 0, iat = 0 } = decodeJwt(body.access_token)
    expect([roles, exp - iat]).toEqual([['CUSTOMER'], 600])
    expect(await ports.users.byIds([sub])).toEqual([{ id: sub, name: '김하늘', roles: ['CUSTOMER'] }])

    rig.browser = visitor(rig.base, { 'x-forwarded-for': '192.0.2.250' })
    const again = await untilCode(phone.replaceAll('-', ' '))
    const { url } = await rig.browser.send(again.page, '/code', {
      code: ` ${lastCode().slice(0, 3)}-${lastCode().slice(3)}`,
    })
    const second = await exchange(rig.base, url, again.verifier)
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
      shown = await rig.browser.send(shown, '/code', { code: wrongCode() })
      left.push(alertIn(shown))
    }
    expect(left).toEqual([
      ...[4, 3, 2].map((n) => `This is not the code. You can try ${n} more times.`),
      'This is not the code. You can try 1 more time.',
      'This is not the code. Request another one.',
    ])
    shown = await rig.browser.send(shown, '/code', { code: lastCode() })
    expect([shown.status, alertIn(shown)]).toEqual([422, expect.stringContaining('After five wrong tries')])
    shown = await rig.browser.send(shown, '/again', {})
    shown = await rig.browser.send(shown, '/code', { code: lastCode() })
    expect(shown.url).toContain('/name')
  })

  it('asks for six digits instead of anything else', async () => {
    const { page } = await untilCode(newPhone())
    const shown = await rig.browser.send(page, '/code', { code: '12345' })
    expect([shown.status, alertIn(shown)]).toEqual([422, 'Enter the six digits of the code.'])
  })

  it('takes a code for five minutes', async () => {
    fakeOnly('Date')
    const { page } = await untilCode(newPhone())
    jest.setSystemTime(Date.now() + 5 * 60_000)
    let shown = await rig.browser.send(page, '/code', { code: lastCode() })
    expect([shown.status, alertIn(shown)]).toEqual([422, 'The time for this code is over. Request another one.'])
    shown = await rig.browser.send(shown, '/again', {})
    jest.setSystemTime(Date.now() + 5 * 60_000 - 1)
    shown = await rig.browser.send(shown, '/code', { code: lastCode() })
    jest.useRealTimers()
    expect(shown.url).toContain('/name')
  })

  it('counts tries that come at once', async () => {
    const { page } = await untilCode(newPhone())
    const tries = Array.from({ length: 40 }, () => rig.browser.send(page, '/code', { code: wrongCode() }))
    const alerts = (await Promise.all(tries)).map(alertIn)
    expect(alerts.filter((text) => text?.startsWith('This is not the code'))).toHaveLength(5)
  })

  it('takes a code once, by whom it was sent for', async () => {
    const phone = newPhone()
    await untilCode(phone)
    const first = lastCode()
    const { page } = await untilCode(phone)
    if (first !== lastCode())
      expect(alertIn(await rig.browser.send(page, '/code', { code: first }))).toContain('This is not the code')
  })

  it('goes on where a message may not have been sent', async () => {
    messages.outcome = 'unknown'
    const { page } = await untilCode(newPhone())
    expect(alertIn(page)).toContain('could not make sure')
    expect(page.text).not.toContain('We sent a message')
    expect((await rig.browser.send(page, '/code', { code: lastCode() })).url).toContain('/name')
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
    const asked = await rig.browser.send(page, '/code', { code: lastCode() })
    const shown = await rig.browser.send(asked, '/name', { name })
    expect([shown.status, alertIn(shown)]).toEqual([422, 'Enter a name of at most 100 characters.'])
  })

  it('answers a failing database with a page, and 503', async () => {
    const failing = {
      ...ports,
      attempts: { ...ports.attempts, begin: () => Promise.reject(Object.assign(new Error(), { code: '57P01' })) },
    }
    const other = await serveIssuer({ ...issuerOptions(messages), demoSecret: 'd', ports: failing, log })
    rig.browser = visitor(`http://127.0.0.1:${other.port}`)
    const { page } = await untilCode(newPhone())
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2'])
    expect(page.text).toContain('This did not work just now')
    await other.close()
  })
})

it('says that no codes are sent just now where too many were in all, and counts what came of each request', async () => {
  const counted: string[] = []
  const options = issuerOptions(messages)
  const other = await serveIssuer({
    ...options,
    signIn: { ...options.signIn, allCodesAnHour: 1 },
    countCode: (outcome) => void counted.push(outcome),
    demoSecret: 'd',
    ports: memoryPorts(),
    log,
  })
  rig.browser = visitor(`http://127.0.0.1:${other.port}`)
  await untilCode(newPhone())
  const { page } = await untilCode(newPhone())
  await other.close()
  expect([page.status, Number(page.headers.get('retry-after'))]).toEqual([503, 3600])
  expect(alertIn(page)).toBe('We cannot send codes just now. Try again in 60 minutes.')
  expect(counted).toEqual(['CodeSent', 'TooManyInAll'])
})

describe('development', () => {
  it('has a button for each demo user', async () => {
    const begun = beginSignIn()
    const page = await rig.browser.go(begun.path)
    for (const { login, name } of demoUsers) expect(page.text).toMatch(new RegExp(`value="${login}">\\s*${name}`))
    const { url } = await rig.browser.send(page, '/demo', { user: 'kj' })
    const { body } = await exchange(rig.base, url, begun.verifier)
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: demoUsers[2]?.id, roles: ['STORE_OWNER'] })
  })

  it('is not there without a demo secret: no buttons, no app of development, no page of messages', async () => {
    await ports.apps.add({ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/callback'] })
    const production = await serveIssuer({ ...issuerOptions(messages), ports, log })
    rig.browser = visitor(`http://127.0.0.1:${production.port}`)
    expect((await rig.browser.go(beginSignIn().path)).status).toBe(400)
    const page = await rig.browser.go(
      beginSignIn({ client_id: 'shop', redirect_uri: 'https://shop.example/callback' }).path,
    )
    expect([page.status, page.text.includes('demo')]).toEqual([200, false])
    const forged = {
      ...page,
      text: page.text
        .replaceAll('method="post" action="', 'method="post" action="')
        .replace(/action="([^"]*)"/, 'action="$1/demo"'),
    }
    expect((await rig.browser.send(forged, '/demo', { user: 'lee' })).status).toBe(404)
    expect((await rig.browser.go('/messages')).status).toBe(404)
    await production.close()
  })
})
