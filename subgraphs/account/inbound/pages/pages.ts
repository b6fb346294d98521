import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Provider } from 'oidc-provider'
import type { SentMessage } from '../../application/ports.ts'
import { type AccountOptions, accountPages } from './account.ts'
import { signOutPage } from './account-views.ts'
import { createForms } from './forms.ts'
import type { Page } from './layout.ts'
import { createOwnBrowser } from './own-browser.ts'
import { type SignInOptions, signInPages } from './sign-in.ts'
import { messagesPage, notePage } from './sign-in-views.ts'
import { waitIn } from './texts.ts'
import { redirect, rendered, send, sourceOf, type Visit, visitOf } from './visit.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The design that the apps share, and what these pages make of it. */
const STYLES = `${read('../../../../apps/design/tokens.css')}\n${read('./pages.css')}`

/** The path of the styles, which need no limit: they are in memory, and every page has them. */
export const STYLES_PATH = '/pages.css'

export type PagesOptions = Omit<
  SignInOptions & AccountOptions,
  'forms' | 'ownBrowser' | 'hasMessages' | 'approvesItself'
> & {
  formKey: Buffer
  /** What the sandbox has sent, newest first; without it there is no page for it. */
  sandbox?: { newest(): Promise<SentMessage[]> } | undefined
}

/** Everything of the issuer that people see. */
export function createPages(options: PagesOptions) {
  const isSecure = options.issuer.startsWith('https:')
  const forms = createForms(options.formKey, isSecure)
  const ownBrowser = createOwnBrowser(options.formKey, isSecure)
  const hasMessages = options.sandbox !== undefined
  const own = { ...options, forms, ownBrowser, hasMessages, approvesItself: options.hasDemo }
  const routes = [signInPages(own), accountPages(own)]
  const givenOf = (request: IncomingMessage, response: ServerResponse, address = '') => {
    // A target in absolute-form, or one that is no URL, keeps its path at most.
    const url = URL.parse(request.url ?? '/', options.issuer) ?? new URL(options.issuer)
    return { request, response, url, address, forms }
  }
  const visitFor = (request: IncomingMessage, response: ServerResponse) => visitOf(givenOf(request, response))

  return {
    ownBrowser,

    /** Answers a request for a page; false if there is none at its path. */
    answer: async (
      provider: Provider,
      request: IncomingMessage,
      response: ServerResponse,
      address: string,
    ): Promise<boolean> => {
      const given = givenOf(request, response, address)
      const isReading = request.method === 'GET' || request.method === 'HEAD'
      if (given.url.pathname === '/' && isReading) {
        redirect({ response }, '/account')
        return true
      }
      if (given.url.pathname === STYLES_PATH && isReading) {
        const headers = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=300' }
        response.writeHead(200, headers).end(STYLES)
        return true
      }
      if (given.url.pathname === '/messages' && isReading && options.sandbox) {
        const visit = visitOf(given)
        send(visit, 200, messagesPage(visit, await options.sandbox.newest()))
        return true
      }
      for (const route of routes) if (await route(provider, given)) return true
      return false
    },

    /** Tells a person that they come too often. */
    tooMany: (request: IncomingMessage, response: ServerResponse, waitMs: number): void => {
      const visit = visitFor(request, response)
      send(visit, 429, notePage(visit.texts.tooManyRequests(waitIn(visit.texts, waitMs))))
    },

    /** Tells a person that the issuer failed. */
    failed: (request: IncomingMessage, response: ServerResponse, status: number): void => {
      const visit = visitFor(request, response)
      send(visit, status, notePage(visit.texts.failed, visit.texts.failedLead))
    },

    /** In the place of the provider's own page: a request of an app that cannot be answered, and not why. */
    refuse: (context: Context, status: number): void => {
      const visit = visitFor(context.req, context.res)
      const { texts } = visit
      place(
        context,
        status,
        visit,
        status >= 500 ? notePage(texts.failed, texts.failedLead) : notePage(texts.badRequest, texts.badRequestLead),
      )
    },

    /** In the place of the provider's own page that asks whether to sign out. */
    askSignOut: (context: Context): void => {
      const { session, params } = context.oidc
      const action = new URL(context.oidc.urlFor('end_session_confirm')).pathname
      const visit = visitOf(givenOf(context.req, context.res), params.ui_locales)
      const page = signOutPage(visit, action, session?.state?.secret ?? '', session?.accountId !== undefined)
      place(context, 200, visit, page, sourceOf(params.post_logout_redirect_uri))
    },

    /** In the place of the provider's own page after signing out. */
    signedOut: (context: Context): void => {
      const visit = visitFor(context.req, context.res)
      place(context, 200, visit, notePage(visit.texts.signOutDone, visit.texts.signOutDoneLead))
    },
  }
}

/** Makes a page the provider's answer, which has cookies of its own to set. */
function place(context: Context, status: number, visit: Visit, page: Page, formTarget?: string | null): void {
  const { headers, markup } = rendered(visit, page, formTarget)
  context.set(headers)
  context.status = status
  context.body = markup
}

export type Pages = ReturnType<typeof createPages>
