import { errors, type Interaction, type Provider } from 'oidc-provider'
import type { Audit } from '../../../../chassis/audit/audit.ts'
import { nationalNumber } from '../../application/phone.ts'
import type { AccountPorts } from '../../application/ports.ts'
import {
  type CodeRequested,
  readName,
  requestCode,
  type SignInSettings,
  signUp,
  tryCode,
  whoVerified,
} from '../../application/sign-in.ts'
import { demoUser } from '../../demo-users.ts'
import type { Forms } from './forms.ts'
import type { OwnBrowser } from './own-browser.ts'
import { changePerson } from './session.ts'
import { codePage, namePage, notePage, phonePage } from './sign-in-views.ts'
import { waitIn } from './texts.ts'
import { redirect, send, sourceOf, type Visit, visitOf } from './visit.ts'

export type SignInOptions = {
  ports: AccountPorts
  settings: SignInSettings
  forms: Forms
  ownBrowser: OwnBrowser
  audit: Audit
  /** Counts the requests for codes, by what came of them. */
  countCode?: ((outcome: CodeRequested['type']) => void) | undefined
  hasDemo: boolean
  hasMessages: boolean
}

type Step = { provider: Provider; visit: Visit; uid: string; base: string; target: string | null }

const PATH = /^\/sign-in\/([\w-]{1,64})(?:\/(code|again|name|demo))?$/

/** The pages of signing in, below /sign-in; `answer` is false if the path is none of theirs. */
export function signInPages(options: SignInOptions) {
  const { ports, settings, forms, ownBrowser, audit } = options

  return async (provider: Provider, given: Parameters<typeof visitOf>[0]): Promise<boolean> => {
    const [, uid = '', page = 'phone'] = PATH.exec(given.url.pathname) ?? []
    if (!uid) return false
    const { request, response } = given
    const interaction = await interactionOf(provider, given)
    const visit = visitOf(given, interaction?.params.ui_locales)
    const { texts } = visit
    // The cookies of this browser say which sign-in is its own, not the address, which may be somebody else's.
    if (interaction?.uid !== uid || !ownBrowser.isMarked(request, uid)) {
      send(visit, 400, notePage(texts.expired, texts.expiredLead))
      return true
    }
    const step: Step = {
      provider,
      visit,
      uid,
      base: `/sign-in/${uid}`,
      target: sourceOf(interaction.params.redirect_uri),
    }
    if (request.method === 'GET' || request.method === 'HEAD') {
      await show(step, page)
      return true
    }
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'GET, HEAD, POST' }).end()
      return true
    }
    const fields = await forms.read(request)
    if (!fields) send(visit, 403, notePage(texts.forged, texts.forgedLead))
    else await take(step, page, fields)
    return true
  }

  async function show({ visit, uid, base, target }: Step, page: string): Promise<void> {
    if (page === 'code') {
      const attempt = await ports.attempts.find(uid)
      if (!attempt) return redirect(visit, base)
      if (attempt.verified) return redirect(visit, `${base}/name`)
      return send(visit, 200, codePage(visit, base, { ...options, phone: nationalNumber(attempt.phone) }), target)
    }
    if (page === 'name') {
      if (!(await whoVerified(ports, uid))) return redirect(visit, base)
      return send(visit, 200, namePage(visit, base, {}), target)
    }
    if (page !== 'phone') return redirect(visit, base)
    send(visit, 200, phonePage(visit, base, options), target)
  }

  async function take(step: Step, page: string, fields: URLSearchParams): Promise<void> {
    const { visit, uid, base, target } = step
    if (page === 'code') return takeCode(step, fields.get('code') ?? '')
    if (page === 'name') return takeName(step, fields.get('name') ?? '')
    if (page === 'demo') {
      const login = fields.get('user') ?? ''
      const demo = options.hasDemo ? demoUser(login) : null
      if (!demo) return send(visit, 404, notePage(visit.texts.notFound))
      const { login: _, ...user } = demo
      const known = await ports.users.bySignIn(login)
      if (!known) await ports.users.keep(user, login)
      return finish(step, user.id, 'demo user')
    }
    const typed = page === 'again' ? (await ports.attempts.find(uid))?.phone : fields.get('phone')
    if (!typed && page === 'again') return redirect(visit, base)
    return takePhone({ visit, uid, base, target }, typed ?? '', page === 'again')
  }

  async function takePhone(step: Omit<Step, 'provider'>, typed: string, isAgain: boolean): Promise<void> {
    const { visit, uid, base, target } = step
    const { texts, address, language } = visit
    const outcome = await requestCode(ports, settings, { id: uid, typed, address, language }, Date.now())
    audit.recordRepeatable({ event: 'sign-in', who: `address ${address}`, outcome: outcome.type })
    options.countCode?.(outcome.type)
    const shown = (error: string) =>
      isAgain
        ? codePage(visit, base, { ...options, error, phone: nationalNumber(typed) })
        : phonePage(visit, base, { ...options, error, typed: typed.slice(0, 40) })
    switch (outcome.type) {
      case 'CodeSent':
        return redirect(visit, `${base}/code`)
      case 'NotSent':
        return send(
          visit,
          200,
          codePage(visit, base, { ...options, error: texts.notSent, isUnsure: true, phone: nationalNumber(typed) }),
          target,
        )
      case 'InvalidPhone':
        return send(visit, 422, shown(texts.invalidPhone), target)
      case 'TooManyCodes':
        visit.response.setHeader('retry-after', Math.ceil(outcome.waitMs / 1_000))
        return send(visit, 429, shown(texts.tooManyCodes(waitIn(texts, outcome.waitMs))), target)
      case 'TooManyInAll':
        visit.response.setHeader('retry-after', Math.ceil(outcome.waitMs / 1_000))
        return send(visit, 503, shown(texts.tooManyInAll(waitIn(texts, outcome.waitMs))), target)
    }
  }

  async function takeCode(step: Step, typed: string): Promise<void> {
    const { visit, uid, base, target } = step
    const { texts, address } = visit
    const outcome = await tryCode(ports, settings, { id: uid, typed, address }, Date.now())
    if (outcome.type === 'Verified') {
      const who = await whoVerified(ports, uid)
      if (who && 'id' in who) return finish(step, who.id, 'signed in')
      return redirect(visit, `${base}/name`)
    }
    audit.recordRepeatable({ event: 'sign-in', who: `address ${address}`, outcome: outcome.type })
    const attempt = await ports.attempts.find(uid)
    if (!attempt) return redirect(visit, base)
    const shown = (error: string) => codePage(visit, base, { ...options, error, phone: nationalNumber(attempt.phone) })
    switch (outcome.type) {
      case 'InvalidCode':
        return send(visit, 422, shown(texts.invalidCode), target)
      case 'WrongCode':
        return send(visit, 422, shown(texts.wrongCode(outcome.left)), target)
      case 'NoTriesLeft':
        return send(visit, 422, shown(texts.noTriesLeft), target)
      case 'CodeExpired':
        return send(visit, 422, shown(texts.codeExpired), target)
      case 'TooManyWrong':
        visit.response.setHeader('retry-after', Math.ceil(outcome.waitMs / 1_000))
        return send(visit, 429, shown(texts.tooManyWrong(waitIn(texts, outcome.waitMs))), target)
    }
  }

  async function takeName(step: Step, typed: string): Promise<void> {
    const { visit, uid, base, target } = step
    const name = readName(typed)
    if (!name) return send(visit, 422, namePage(visit, base, { error: visit.texts.invalidName }), target)
    const user = await signUp(ports, uid, name, Date.now())
    if (!user) return redirect(visit, base)
    return finish(step, user.id, 'signed up')
  }

  /** The person is who they say; back to the app, by way of the provider. */
  async function finish({ provider, visit, uid }: Step, accountId: string, outcome: string): Promise<void> {
    const { request, response, address } = visit
    const result = { login: { accountId, amr: outcome === 'demo user' ? ['none'] : ['sms', 'otp'] } }
    const returnTo = await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false })
    await changePerson(provider, visit, accountId)
    await ports.attempts.remove(uid)
    audit.record({ event: 'sign-in', who: `address ${address}`, outcome, subject: accountId })
    redirect(visit, returnTo)
  }
}

/** The sign-in that this browser has a cookie of, at this path; null if there is none, or it is over. */
async function interactionOf(
  provider: Provider,
  { request, response }: Pick<Visit, 'request' | 'response'>,
): Promise<Interaction | null> {
  try {
    return await provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null
    throw error
  }
}
