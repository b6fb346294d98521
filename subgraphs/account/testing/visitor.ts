import { createHash, randomBytes } from 'node:crypto'
import { ISSUER } from './token-client.ts'

/** What a browser shows. */
export type Shown = { status: number; url: string; text: string; headers: Headers }

type Cookie = { name: string; value: string; path: string }

/** The redirect URI of the app in tests. */
export const CALLBACK = 'http://localhost:5173/callback'

/**
 * A browser without scripts, as far as the issuer's pages need one: cookies with their paths, forms, redirects. It follows redirects on
 * the issuer, which is known as `ISSUER` and listens at `base`, and stops at those to other places.
 */
export function visitor(base: string, ownHeaders: Record<string, string> = {}) {
  const cookies = new Map<string, Cookie>()

  function keep(headers: Headers): void {
    for (const text of headers.getSetCookie()) {
      const [pair = '', ...attributes] = text.split('; ')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
      if (!value || attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute)))
        cookies.delete(name + path)
      else cookies.set(name + path, { name, value, path })
    }
  }
  const cookieFor = (path: string) =>
    [...cookies.values()]
      .filter((cookie) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')

  async function request(url: URL, init: RequestInit): Promise<Response> {
    const response = await fetch(base + url.pathname + url.search, {
      redirect: 'manual',
      ...init,
      headers: {
        accept: 'text/html',
        'accept-language': 'en',
        ...ownHeaders,
        ...init.headers,
        cookie: cookieFor(url.pathname),
      },
    })
    keep(response.headers)
    return response
  }

  async function go(to: string, init: RequestInit = {}): Promise<Shown> {
    const url = new URL(to, ISSUER)
    if (url.origin !== ISSUER) return { status: 0, url: url.href, text: '', headers: new Headers() }
    const response = await request(url, init)
    const location = response.headers.get('location')
    const text = await response.text()
    if (location) return go(new URL(location, url).href)
    return { status: response.status, url: url.href, text, headers: response.headers }
  }

  return {
    go,
    cookies,
    /** Where the answer to a request sends the browser, which does not go there. */
    targetOf: async (to: string) => (await request(new URL(to, ISSUER), {})).headers.get('location') ?? '',
    /** Sends the form of the page whose action ends with `action`, with its hidden field. */
    send: (page: Shown, action: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const form = page.text.match(/<form[^>]*>[\s\S]*?<\/form>/g)?.find((each) => each.includes(`${action}"`))
      const target = /action="([^"]*)"/.exec(form ?? '')?.[1]
      if (!form || !target) throw new Error(`There is no form ${action} on ${page.url}: ${page.text.split('<main')[1]}`)
      const hidden = [...form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      )
      const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields })
      return go(target, { method: 'POST', body, headers })
    },
  }
}

export type Visitor = ReturnType<typeof visitor>

/** What an app remembers of a sign-in that it has begun. */
export function beginSignIn(change: Record<string, string | undefined> = {}) {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(8).toString('base64url')
  const parameters = {
    client_id: 'development',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: CALLBACK,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ui_locales: 'en',
    ...change,
  }
  const query = new URLSearchParams(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  return { verifier, state, path: `/auth?${query}` }
}

/** What the token endpoint answers to an app. */
export type AppTokens = {
  access_token: string
  refresh_token: string
  id_token: string
  expires_in: number
  error?: string
}

/** Asks the token endpoint at `base` as an app that can keep no secret. */
export async function appTokens(base: string, body: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ client_id: 'development', ...body }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as AppTokens }
}

/** Exchanges the code of an app's callback. */
export const exchange = (base: string, callback: string, verifier: string, change: Record<string, string> = {}) =>
  appTokens(base, {
    grant_type: 'authorization_code',
    code: new URL(callback).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
    ...change,
  })
