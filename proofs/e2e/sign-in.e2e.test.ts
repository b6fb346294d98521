import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import type { Page } from 'playwright-core'
import { until } from '../../chassis/testing/until.ts'
import { codeIn } from '../../subgraphs/account/testing/issuer-options.ts'
import { type AppTokens, beginSignIn } from '../../subgraphs/account/testing/visitor.ts'
import { startBrowser } from '../testing/browser.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { people } from './people.ts'

// An app in development, as somebody writes one against `npm start`: nothing but an origin on this machine and a browser.
const app = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>The app</title>'))
let stack: Stack
let chromium: Awaited<ReturnType<typeof startBrowser>>
let callback: string
beforeAll(async () => {
  ;[stack, chromium] = await Promise.all([startStack({ env: { NODE_ENV: 'development' } }), startBrowser()])
  await new Promise<void>((resolve) => void app.listen(0, '127.0.0.1', resolve))
  callback = `http://localhost:${(app.address() as AddressInfo).port}/callback` // listening, so not a path
})
afterAll(async () => {
  await chromium?.close()
  app.closeAllConnections()
  app.close()
  await stack?.stop()
})

/** A request that the app's own page makes, from its origin; the answer's JSON. */
const post = <Answer>(page: Page, url: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
  page.evaluate(
    async ({ url, body, headers }) => {
      const isJson = 'content-type' in headers
      const sent = isJson ? JSON.stringify(body) : new URLSearchParams(body)
      return (await (await fetch(url, { method: 'POST', headers, body: sent })).json()) as unknown
    },
    { url, body, headers },
  ) as Promise<Answer> // whatever the caller knows of the answer
const ask = <Data>(page: Page, token: string, query: string) =>
  post<{ data: Data }>(
    page,
    stack.url,
    { query },
    { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  )

it('a person signs up in a browser, is somebody to every context, and erases themselves', async () => {
  const context = await chromium.browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  const begun = beginSignIn({ redirect_uri: callback })
  await page.goto(stack.issuer + begun.path)
  await page.getByLabel('Mobile number').fill('010-4321-8765')
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await page.getByLabel('Six-digit code').waitFor()
  const inbox = await context.newPage()
  await inbox.goto(`${stack.issuer}/messages`)
  const code = codeIn({ text: (await inbox.textContent('.message')) ?? '' })
  await page.getByLabel('Six-digit code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Name').fill('김하늘')
  await page.getByRole('button', { name: 'Sign up and continue' }).click()
  await page.waitForURL(`${callback}?**`)

  const exchange = { grant_type: 'authorization_code', code_verifier: begun.verifier, redirect_uri: callback }
  const sent = { client_id: 'development', code: new URL(page.url()).searchParams.get('code') ?? '', ...exchange }
  const tokens = await post<AppTokens>(page, `${stack.issuer}/token`, sent)
  const me = '{ me { name phone roles addresses { label } } myPage { nodes { id } } }'
  expect((await ask(page, tokens.access_token, me)).data).toEqual({
    me: { name: '김하늘', phone: '010-4321-8765', roles: ['CUSTOMER'], addresses: [] },
    myPage: { nodes: [] },
  })

  // As a florist, from the next token on.
  await inbox.goto(`${stack.issuer}/account`)
  await inbox.getByRole('button', { name: 'Ask to be a florist' }).click()
  await inbox.getByRole('status').waitFor()
  const refreshed = await post<AppTokens>(page, `${stack.issuer}/token`, {
    client_id: 'development',
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
  })
  const store = 'mutation { registerStore(input: { idempotencyKey: "first", name: "꽃집" }) { __typename } }'
  expect((await ask(page, refreshed.access_token, store)).data).toEqual({
    registerStore: { __typename: 'StorePayload' },
  })

  // An order of theirs that has ended: it was declined, and they cancelled it.
  const shop = await people(stack)
  const rose = await shop.itemCalled('장미 한바구니')
  const place = `mutation { placeOrder(input: { idempotencyKey: "only", storeId: "${rose.store.id}",
    lines: [{ itemId: "${rose.id}", quantity: 1 }], expectedTotal: { amount: ${rose.price.amount} }, cardMessage: "생일 축하해",
    recipient: { name: "홍길동", phone: "010-1234-5678", address: "분당", postalCode: "13561" },
    paymentToken: "tok_declined" }) { ... on PaymentDeclined { order { id } } } }`
  const placed = await ask<{ placeOrder: { order: { id: string } } }>(page, refreshed.access_token, place)
  const { id } = placed.data.placeOrder.order
  await ask(page, refreshed.access_token, `mutation { cancelOrder(input: { orderId: "${id}" }) { __typename } }`)
  const seenByFlorist = async () =>
    (
      await shop.as(
        'kj',
        'query ($id: ID!) { order(id: $id) { status cardMessage total { amount } recipient { name } } }',
        { id },
      )
    ).data?.order
  const left = { status: 'CANCELLED', total: rose.price }
  expect(await seenByFlorist()).toEqual({ ...left, cardMessage: '생일 축하해', recipient: { name: '홍길동' } })

  const erase = 'mutation { eraseMe(input: { confirmation: "ERASE" }) { __typename } }'
  expect((await ask(page, refreshed.access_token, erase)).data).toEqual({ eraseMe: { __typename: 'ErasedPayload' } })
  expect(
    (await ask<{ me: unknown } | undefined>(page, refreshed.access_token, '{ me { name } }')).data?.me ?? null,
  ).toBeNull()
  await until(async () => {
    const answer = await ask<unknown>(page, refreshed.access_token, '{ me { name } }')
    return JSON.stringify(answer).includes('UNAUTHENTICATED')
  }, 'the token is refused at the router')
  await until(async () => !(await seenByFlorist())?.recipient, 'order has heard of it')
  expect(await seenByFlorist()).toEqual({ ...left, cardMessage: null, recipient: null })
  expect(decodeJwt(refreshed.access_token).sub).toBe(decodeJwt(tokens.access_token).sub)
  await context.close()
})

it('a developer signs in as a demo user by a button', async () => {
  const context = await chromium.browser.newContext({ locale: 'ko-KR' })
  const page = await context.newPage()
  const begun = beginSignIn({ redirect_uri: callback, ui_locales: undefined })
  await page.goto(stack.issuer + begun.path)
  await page.getByRole('button', { name: '이하늘' }).click()
  await page.waitForURL(`${callback}?**`)
  const exchange = { grant_type: 'authorization_code', code_verifier: begun.verifier, redirect_uri: callback }
  const sent = { client_id: 'development', code: new URL(page.url()).searchParams.get('code') ?? '', ...exchange }
  const { access_token } = await post<AppTokens>(page, `${stack.issuer}/token`, sent)
  const { data } = await ask<{ me: { name: string; roles: string[] } }>(page, access_token, '{ me { name roles } }')
  expect(data.me).toEqual({ name: '이하늘', roles: ['CUSTOMER'] })
  await context.close()
})
