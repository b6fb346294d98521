import { createHash, randomBytes } from 'node:crypto'
import type { Provider } from 'oidc-provider'
import type { Audit } from '../../../../chassis/audit/audit.ts'
import { eraseMe, exportOf } from '../../application/me.ts'
import { askRole, signOutEverywhere } from '../../application/people.ts'
import type { AccountPorts } from '../../application/ports.ts'
import { readName } from '../../application/sign-in.ts'
import { ASKED_ROLES, type User } from '../../domain/user.ts'
import { accountPage, erasePage, SIGN_IN, SIGN_OUT, welcomePage } from './account-views.ts'
import type { Forms } from './forms.ts'
import { hasJustSignedIn, signedIn } from './session.ts'
import { notePage } from './sign-in-views.ts'
import { redirect, send, type Visit, visitOf } from './visit.ts'

export type AccountOptions = {
  ports: AccountPorts
  forms: Forms
  audit: Audit
  /** The public URL of the issuer. */
  issuer: string
  /** Roles that are asked for are given at once; in development. */
  approvesItself: boolean
  hasMessages: boolean
}

const ERASE = '/account/erase'
/** How long after signing in people may erase themselves, in seconds. */
const ERASE_WITHIN_S = 600
/** The state of a sign-in that leads there. */
const TO_ERASE = 'erase'

/** The app that these pages are; nobody gets a token by it, since the token endpoint refuses it (provider.ts). */
export const OWN_APP = 'account'

export const ownAppOf = (issuer: string) => ({
  client_id: OWN_APP,
  client_name: 'Account',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [`${issuer}/account`],
  post_logout_redirect_uris: [`${issuer}/account`],
  token_endpoint_auth_method: 'none',
})

/** The pages about oneself, below /account; `answer` is false if the path is none of theirs. */
export function accountPages(options: AccountOptions) {
  const { ports, forms, audit, issuer } = options

  return async (provider: Provider, given: Parameters<typeof visitOf>[0]): Promise<boolean> => {
    const { pathname, searchParams } = given.url
    if (pathname !== '/account' && !pathname.startsWith('/account/')) return false
    const visit = visitOf(given)
    const { request, response } = given
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (pathname === SIGN_IN && isReading) {
      redirect(visit, signInUrl(issuer, visit))
      return true
    }
    if (pathname === SIGN_OUT && isReading) {
      const query = new URLSearchParams({ client_id: OWN_APP, post_logout_redirect_uri: `${issuer}/account` })
      redirect(visit, `/session/end?${query}`)
      return true
    }
    // The provider's answer after signing in: the session is what counts, so the code is left to expire.
    if (pathname === '/account' && isReading && (searchParams.has('code') || searchParams.has('error'))) {
      redirect(visit, searchParams.has('code') && searchParams.get('state') === TO_ERASE ? ERASE : '/account')
      return true
    }
    const user = await signedIn(provider, ports.users, visit)
    // There is no way back from it, and a browser stays signed in for months.
    if (user && pathname === ERASE && !(await hasJustSignedIn(provider, visit, ERASE_WITHIN_S)))
      redirect(visit, signInUrl(issuer, visit, { prompt: 'login', state: TO_ERASE }))
    else if (isReading) await show(visit, pathname, user)
    else if (request.method !== 'POST') response.writeHead(405, { allow: 'GET, HEAD, POST' }).end()
    else {
      const fields = await forms.read(request)
      if (!fields) send(visit, 403, notePage(visit.texts.forged, visit.texts.forgedLead))
      else if (!user) redirect(visit, '/account')
      else await take(visit, pathname, user, fields)
    }
    return true
  }

  async function show(visit: Visit, pathname: string, user: User | null): Promise<void> {
    const isOf = (page: string) => pathname === `/account${page}`
    if (!['', '/erase', '/export'].some(isOf)) return send(visit, 404, notePage(visit.texts.notFound))
    if (user && isOf('/erase')) return send(visit, 200, erasePage(visit))
    if (user && isOf('/export')) return sendExport(visit, user)
    if (!user && !isOf('')) return redirect(visit, '/account')
    if (!user) return send(visit, 200, welcomePage(visit, options.hasMessages))
    const news = { saved: visit.texts.saved, asked: visit.texts.asked, given: visit.texts.given }
    const done = visit.url.searchParams.get('done') ?? ''
    await sendAccount(visit, 200, user, {
      news: Object.hasOwn(news, done) ? news[done as keyof typeof news] : undefined,
    })
  }

  async function sendExport({ response, request }: Visit, user: User): Promise<void> {
    const text = `${JSON.stringify(await exportOf(ports, user.id), null, 2)}\n`
    audit.record({ event: 'account', who: `user ${user.id}`, outcome: 'exported', on: [user.id] })
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="flower-delivery.json"',
      'content-length': Buffer.byteLength(text),
    })
    response.end(request.method === 'HEAD' ? undefined : text)
  }

  async function sendAccount(
    visit: Visit,
    status: number,
    user: User,
    shown: { error?: string; news?: string | undefined },
  ) {
    const [signIns, asked] = await Promise.all([ports.users.signInsOf(user.id), ports.users.askedRoles(user.id)])
    send(visit, status, accountPage(visit, user, { signIns, asked: asked.map(({ role }) => role), ...shown }))
  }

  async function take(visit: Visit, pathname: string, user: User, fields: URLSearchParams): Promise<void> {
    const record = (outcome: string) =>
      audit.record({ event: 'account', who: `user ${user.id}`, outcome, on: [user.id] })
    switch (pathname) {
      case '/account/name': {
        const name = readName(fields.get('name') ?? '')
        if (!name) return sendAccount(visit, 422, user, { error: visit.texts.invalidName })
        await ports.users.rename(user.id, name)
        record('renamed')
        return redirect(visit, '/account?done=saved')
      }
      case '/account/roles': {
        const role = ASKED_ROLES.find((each) => each === fields.get('role'))
        if (!role) return redirect(visit, '/account')
        const outcome = await askRole(ports.users, user.id, role, options.approvesItself)
        record(`${role} ${outcome}`)
        return redirect(visit, `/account?done=${outcome}`)
      }
      case ERASE: {
        const erased = await eraseMe(ports, user.id, { confirmation: fields.get('confirmation') ?? '' }, Date.now())
        if (erased.type !== 'ErasedPayload') return redirect(visit, '/account')
        record('erased')
        return send(visit, 200, notePage(visit.texts.erased, visit.texts.erasedLead))
      }
      case '/account/sign-out-everywhere':
        await signOutEverywhere(ports, user.id, Date.now())
        record('signed out everywhere')
        return redirect(visit, '/account')
      default:
        return send(visit, 404, notePage(visit.texts.notFound))
    }
  }
}

/** The authorization endpoint, for these pages themselves. The code is not used, and so nobody needs the verifier. */
function signInUrl(issuer: string, { language }: Visit, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: OWN_APP,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${issuer}/account`,
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
    ui_locales: language,
    ...more,
  })
  return `/auth?${query}`
}
