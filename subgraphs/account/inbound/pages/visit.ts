import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Language } from '../../application/sign-in.ts'
import type { Forms } from './forms.ts'
import type { Html } from './html.ts'
import { chosenCookie, languageFor } from './language.ts'
import { framed, type Page } from './layout.ts'
import { type Texts, textsIn } from './texts.ts'

/** One request for a page. */
export type Visit = {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  /** Where the caller is, for limits. */
  address: string
  language: Language
  texts: Texts
  /** The hidden field that every form of ours has. */
  formField: () => Html
}

export function visitOf(
  given: { request: IncomingMessage; response: ServerResponse; url: URL; address: string; forms: Forms },
  uiLocales?: unknown,
): Visit {
  const { request, response, url, address, forms } = given
  const language = languageFor(request, url, uiLocales)
  // Once for all forms of a page: each would set another cookie.
  let field: Html | undefined
  const formField = () => {
    field ??= forms.field(request, response)
    return field
  }
  return { request, response, url, address, language, texts: textsIn(language), formField }
}

/**
 * The headers and the markup of a page. `formTarget` is where a form's answer may lead beside this origin: browsers look at where a
 * form's redirects go, and that of the last one is the app.
 */
export function rendered(visit: Visit, page: Page, formTarget?: string | null) {
  const chosen = chosenCookie(visit.url)
  if (chosen) visit.response.appendHeader('set-cookie', chosen)
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-language': visit.language,
    'cache-control': 'no-store',
    vary: 'cookie, accept-language',
    'content-security-policy': policy(formTarget),
    // Not "no-referrer", under which browsers say nothing of a form's origin; other sites get nothing.
    'referrer-policy': 'same-origin',
  }
  return { headers, markup: framed(page, visit.language).markup }
}

/** Sends a page. */
export function send(visit: Visit, status: number, page: Page, formTarget?: string | null): void {
  const { headers, markup } = rendered(visit, page, formTarget)
  visit.response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(markup) })
  visit.response.end(visit.request.method === 'HEAD' ? undefined : markup)
}

const policy = (formTarget: string | null | undefined) =>
  [
    "default-src 'none'",
    "style-src 'self'",
    `form-action 'self'${formTarget ? ` ${formTarget}` : ''}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Goes on to another page, by GET. `location` is ours or was checked. */
export function redirect({ response }: Pick<Visit, 'response'>, location: string): void {
  response.writeHead(303, { location, 'content-length': 0, 'cache-control': 'no-store' }).end()
}

/** The source expression (CSP) of an address that was registered for an app; null if it has none that can be written there. */
export function sourceOf(redirectUri: unknown): string | null {
  const url = typeof redirectUri === 'string' ? URL.parse(redirectUri) : null
  if (!url) return null
  if (url.protocol === 'http:' || url.protocol === 'https:') return url.origin
  return /^[a-z][a-z0-9+.-]*:$/.test(url.protocol) ? url.protocol : null
}
