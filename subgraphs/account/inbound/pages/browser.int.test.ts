import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { decodeJwt } from 'jose'
import type { BrowserContext, Page } from 'playwright-core'
import { createLogger } from '../../../../chassis/log.ts'
import { fakeOnly } from '../../../../chassis/testing/fake-only.ts'
import { startBrowser } from '../../../../proofs/testing/browser.ts'
import { keepDemoData } from '../../application/demo.ts'
import type { AccountPorts } from '../../application/ports.ts'
import { demoUsers } from '../../demo-users.ts'
import { sandboxMessages } from '../../outbound/messages/sandbox.ts'
import { postgresPorts } from '../../outbound/postgres/database.ts'
import { sealingKey } from '../../outbound/postgres/sealing.ts'
import { accountDatabase } from '../../testing/account-database.ts'
import { codeIn, issuerOptions } from '../../testing/issuer-options.ts'
import { type AppTokens, beginSignIn } from '../../testing/visitor.ts'
import { serveIssuer } from '../oidc/issuer.ts'

// A real browser, PostgreSQL, and an app that is nothing but its origin: what it does is in `exchange` and `refresh`.
const app = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>The app</title>'))
let database: Awaited<ReturnType<typeof accountDatabase>>
let chromium: Awaited<ReturnType<typeof startBrowser>>
let issuer: Awaited<ReturnType<typeof serveIssuer>>
let ports: AccountPorts
let url: string
let callback: string
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port // listening, so not a path

beforeAll(async () => {
  ;[database, chromium] = await Promise.all([accountDatabase(), startBrowser()])
  ports = postgresPorts(database.orm, sealingKey('secret'))
  await keepDemoData(ports, 'demo secret')
  await new Promise<void>((resolve) => void app.listen(0, '127.0.0.1', resolve))
  callback = `http://127.0.0.1:${portOf(app)}/callback`
  // The port of the issuer is in its name, so it is picked before.
  const picked = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => picked.once('listening', resolve))
  const port = portOf(picked)
  await new Promise((resolve) => picked.close(resolve))
  url = `http://127.0.0.1:${port}`
  const sandbox = sandboxMessages(ports.state)
  const options = { ...issuerOptions(sandbox), port, url, sandbox, demoSecret: 'd', tokensPerMinute: 10_000 }
  issuer = await serveIssuer({ ...options, ports, log: createLogger('account') })
})
afterAll(async () => {
  await chromium?.close()
  await issuer?.close()
  app.closeAllConnections()
  app.close()
  await database?.close()
})

let context: BrowserContext
let page: Page
/** What a browser complains about: a style or a form that the policy of a page does not allow. */
let complaints: string[]
beforeEach(async () => {
  complaints = []
  context = await chromium.browser.newContext({ locale: 'en-GB', viewport: { width: 360, height: 740 } })
  context.on('console', (message) => {
    if (/security policy|refused to/i.test(message.text())) complaints.push(message.text())
  })
  page = await context.newPage()
})
afterEach(async () => {
  jest.useRealTimers()
  await context.close()
  expect(complaints).toEqual([])
})

let number = 30_000_000
const newPhone = () => {
  number += 1
  return `010${number}`
}
const signInBegun = () => beginSignIn({ redirect_uri: callback, ui_locales: undefined })

/** The newest code, as a developer reads it on the page. */
async function codeOnPage(): Promise<string> {
  const tab = await context.newPage()
  await tab.goto(`${url}/messages`)
  const text = (await tab.textContent('.message')) ?? ''
  await tab.close()
  return codeIn({ text })
}

async function untilCode(on = page, phone = newPhone()) {
  const begun = signInBegun()
  await on.goto(url + begun.path)
  await on.getByLabel('Mobile number').fill(phone)
  await on.getByRole('button', { name: 'Send me a code' }).click()
  await on.getByLabel('Six-digit code').waitFor()
  return begun
}
async function giveCode(code: string, on = page) {
  await on.getByLabel('Six-digit code').fill(code)
  await on.getByRole('button', { name: 'Continue' }).click()
}
const wrongFor = (code: string) => (code === '000000' ? '000001' : '000000')

/** Signs up wholly; answers what the app then has. */
async function signUp(on = page, phone = newPhone()) {
  const begun = await untilCode(on, phone)
  await giveCode(await codeOnPage(), on)
  await on.getByLabel('Name').fill('김하늘')
  await on.getByRole('button', { name: 'Sign up and continue' }).click()
  await on.waitForURL(`${callback}?**`)
  return exchange(on, begun.verifier)
}

/** A request that the app's own page makes, from its origin. */
const post = (on: Page, path: string, body: Record<string, string>) =>
  on.evaluate(
    async ({ target, body }) => {
      const response = await fetch(target, { method: 'POST', body: new URLSearchParams(body) })
      return { status: response.status, body: (await response.json().catch(() => null)) as AppTokens } // by RFC 6749
    },
    { target: url + path, body: { client_id: 'development', ...body } },
  )
const exchange = (on: Page, verifier: string) => {
  const code = new URL(on.url()).searchParams.get('code') ?? ''
  return post(on, '/token', { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier })
}
const refresh = (on: Page, refresh_token: string) => post(on, '/token', { grant_type: 'refresh_token', refresh_token })

describe('in a browser, a person', () => {
  it('signs up by the right code, by keyboard alone, and signs in by it the next time', async () => {
    const phone = newPhone()
    const begun = signInBegun()
    await page.goto(url + begun.path)
    // The field has the focus.
    await page.keyboard.type(phone)
    await page.keyboard.press('Enter')
    await page.getByLabel('Six-digit code').waitFor()
    await page.keyboard.type(await codeOnPage())
    await page.keyboard.press('Enter')
    await page.getByLabel('Name').waitFor()
    await page.keyboard.type('김하늘')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${callback}?**`)
    const { status, body } = await exchange(page, begun.verifier)
    expect([status, body.expires_in, decodeJwt(body.access_token).roles]).toEqual([200, 600, ['CUSTOMER']])

    await context.clearCookies()
    const again = await untilCode(page, phone)
    await giveCode(await codeOnPage())
    await page.waitForURL(`${callback}?**`)
    const second = await exchange(page, again.verifier)
    expect(decodeJwt(second.body.access_token).sub).toBe(decodeJwt(body.access_token).sub)
  })

  it('is told of a wrong code, and may try five times', async () => {
    await untilCode()
    const code = await codeOnPage()
    for (const left of ['4 more times', '3 more times', '2 more times', '1 more time.', 'Request another one']) {
      await giveCode(wrongFor(code))
      await page.getByRole('alert').filter({ hasText: left }).waitFor()
      expect(await page.title()).toContain('Error: ')
    }
    await giveCode(code)
    await page.getByRole('alert').filter({ hasText: 'After five wrong tries' }).waitFor()
    await page.getByRole('button', { name: 'Send another code' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await giveCode(await codeOnPage())
    await page.getByLabel('Name').waitFor()
  })

  it('is told that the time of a code is over', async () => {
    fakeOnly('Date')
    await untilCode()
    const code = await codeOnPage()
    jest.setSystemTime(Date.now() + 5 * 60_000)
    await giveCode(code)
    await page.getByRole('alert').filter({ hasText: 'The time for this code is over' }).waitFor()
  })

  it('has an app whose refresh tokens rotate, and end if one is used again', async () => {
    const { body } = await signUp()
    const second = await refresh(page, body.refresh_token)
    expect([second.status, second.body.expires_in]).toEqual([200, 600])
    expect((await refresh(page, body.refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(page, second.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('signs out, and then has to sign in again', async () => {
    const { body } = await signUp()
    const bye = callback.replace('callback', 'bye')
    const query = new URLSearchParams({ id_token_hint: body.id_token, post_logout_redirect_uri: bye })
    await page.goto(`${url}/session/end?${query}`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(bye)
    expect((await refresh(page, body.refresh_token)).body.error).toBe('invalid_grant')
    await page.goto(url + signInBegun().path)
    await page.getByLabel('Mobile number').waitFor()
    await page.goto(`${url}/session/end`)
    await page.getByRole('heading', { name: 'You are signed out already' }).waitFor()
  })

  it('signs in in two tabs at once', async () => {
    const other = await context.newPage()
    const phone = newPhone()
    const first = await untilCode(page, phone)
    const firstCode = await codeOnPage()
    const second = await untilCode(other, phone)
    const secondCode = await codeOnPage()
    await giveCode(firstCode)
    await page.getByLabel('Name').fill('두 탭')
    await page.getByRole('button', { name: 'Sign up and continue' }).click()
    await page.waitForURL(`${callback}?**`)
    await giveCode(secondCode, other)
    await other.waitForURL(`${callback}?**`)
    const tokens = [await exchange(page, first.verifier), await exchange(other, second.verifier)]
    expect(tokens.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(tokens.map(({ body }) => decodeJwt(body.access_token).sub)).size).toBe(1)
  })

  it('signs in in the second tab without a code, once the first has', async () => {
    await signUp()
    const begun = signInBegun()
    await page.goto(url + begun.path)
    expect(page.url()).toContain(callback)
    expect((await exchange(page, begun.verifier)).status).toBe(200)
  })

  it('asks for a role, has it at once in development, and changes the name', async () => {
    const { body } = await signUp()
    await page.goto(`${url}/account`)
    await page.getByRole('button', { name: 'Ask to be a rider' }).click()
    await page.getByRole('status').waitFor()
    await page.goto(callback)
    const { body: next } = await refresh(page, body.refresh_token)
    expect(decodeJwt(next.access_token).roles).toEqual(['CUSTOMER', 'RIDER'])
    await page.goto(`${url}/account`)
    await page.getByLabel('Name').fill('박바다')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('박바다')
  })

  it('signs out on all devices', async () => {
    const { body } = await signUp()
    await page.goto(`${url}/account`)
    await page.getByRole('button', { name: 'Sign out on all devices' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await page.goto(callback)
    expect((await refresh(page, body.refresh_token)).body.error).toBe('invalid_grant')
    await page.goto(`${url}/account/sign-in`)
    await page.getByLabel('Mobile number').waitFor()
  })
})

describe('in a browser, a developer', () => {
  it('signs in as a demo user by a button, and comes back to the account by the same pages', async () => {
    const begun = signInBegun()
    await page.goto(url + begun.path)
    await page.getByRole('button', { name: 'kj' }).click()
    await page.waitForURL(`${callback}?**`)
    const { body } = await exchange(page, begun.verifier)
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: demoUsers[2]?.id, roles: ['STORE_OWNER'] })
    await context.clearCookies()
    await page.goto(url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'lee' }).click()
    await page.waitForURL(`${url}/account`)
    expect(await page.getByLabel('Name').inputValue()).toBe('이하늘')
  })
})

describe('the pages in a browser', () => {
  it.each([
    ['ko-KR', '로그인'],
    ['en-GB', 'Sign in'],
    ['fr-FR', '로그인'],
  ])('speak the language of %s, and the other one if asked to', async (locale, title) => {
    const own = await chromium.browser.newContext({ locale })
    const tab = await own.newPage()
    await tab.goto(url + signInBegun().path)
    expect(await tab.textContent('h1')).toBe(title)
    await tab.click('.language')
    const other = title === '로그인' ? 'Sign in' : '로그인'
    expect(await tab.textContent('h1')).toBe(other)
    await tab.goto(`${url}/account`)
    expect(await tab.getAttribute('html', 'lang')).toBe(other === '로그인' ? 'ko' : 'en')
    await own.close()
  })

  it.each(['ko-KR', 'en-GB'])('fit into 320 px, and every button is large enough: %s', async (locale) => {
    const own = await chromium.browser.newContext({ locale, viewport: { width: 320, height: 600 } })
    const tab = await own.newPage()
    const look = async () => {
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(320)
      const small = `[...document.querySelectorAll('a:not(.skip), button, input:not([type=hidden])')]
        .map((each) => each.getBoundingClientRect()).filter(({ width, height }) => width < 24 || height < 44).length`
      expect(await tab.evaluate(small)).toBe(0)
    }
    await tab.goto(url + signInBegun().path)
    await look()
    await tab.fill('#phone', newPhone())
    await tab.click('form.stack button')
    await tab.waitForSelector('#code')
    await look()
    await tab.goto(url + signInBegun().path)
    await tab.click('button[value=lee]')
    await tab.waitForURL(`${callback}?**`)
    for (const path of ['/account', '/session/end', '/messages', '/sign-in/over']) {
      await tab.goto(url + path)
      await look()
    }
    await own.close()
  })
})
