import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { createLogger } from '../../../chassis/log.ts'
import { recordedAudit } from '../../../chassis/testing/recorded-audit.ts'
import { keepDemoData } from '../application/demo.ts'
import { serveIssuer } from '../inbound/oidc/issuer.ts'
import { codeIn, issuerOptions, recordedMessages } from './issuer-options.ts'
import { memoryPorts } from './memory-ports.ts'
import { appTokens, beginSignIn, type Shown, type Visitor, visitor } from './visitor.ts'

/**
 * An issuer in development on ports in memory, for one test file, and for each test a browser at an address of its own: what one test
 * uses up of a limit is no other's.
 */
export function pagesRig() {
  const log = createLogger('account')
  log.level = 'silent'
  const ports = memoryPorts()
  const messages = recordedMessages()
  const audit = recordedAudit()
  let issuer: Awaited<ReturnType<typeof serveIssuer>>
  let address = 0
  let number = 10_000_000

  const rig = {
    ports,
    messages,
    audit,
    log,
    base: '',
    browser: visitor('') as Visitor, // replaced before each test
    atNewAddress: (): Visitor => {
      address += 1
      const octets = [198, 51, 100 + Math.floor(address / 250), 1 + (address % 250)]
      return visitor(rig.base, { 'x-forwarded-for': octets.join('.') })
    },
    /** A number that nobody had before. */
    newPhone: (): string => {
      number += 1
      return `010-${String(number).slice(0, 4)}-${String(number).slice(4)}`
    },
    lastCode: () => codeIn(messages.sent.at(-1) ?? { text: '' }),
    wrongCode: () => (rig.lastCode() === '000000' ? '000001' : '000000'),
    pathOf: ({ url }: Shown) => new URL(url).pathname,
    alertIn: ({ text }: Shown) => /role="alert"[^>]*>([^<]*)</.exec(text)?.[1],
    /** Begins to sign in, and requests a code; answers the page that comes then. */
    untilCode: async (phone: string, change: Record<string, string> = {}) => {
      const begun = beginSignIn(change)
      const asked = await rig.browser.go(begun.path)
      return { ...begun, page: await rig.browser.send(asked, rig.pathOf(asked), { phone }) }
    },
    /** Signs in wholly, with a name if one is asked for; answers the app's callback. */
    signIn: async (phone: string, name = '이름') => {
      const { verifier, state, page } = await rig.untilCode(phone)
      let shown = await rig.browser.send(page, '/code', { code: rig.lastCode() })
      if (shown.url.endsWith('/name')) shown = await rig.browser.send(shown, '/name', { name })
      return { verifier, state, callback: shown.url }
    },
    /** Signs a demo user in; answers the callback, and what the app remembers. */
    signInLee: async (change: Record<string, string | undefined> = {}) => {
      const begun = beginSignIn(change)
      const { url } = await rig.browser.send(await rig.browser.go(begun.path), '/demo', { user: 'lee' })
      return { ...begun, url }
    },
    refresh: (refresh_token: string) => appTokens(rig.base, { grant_type: 'refresh_token', refresh_token }),
  }

  beforeAll(async () => {
    await keepDemoData(ports, 'demo secret')
    const limits = { proxies: 1, tokensPerMinute: 10_000 }
    issuer = await serveIssuer({ ...issuerOptions(messages), ...limits, demoSecret: 'd', ports, log, audit })
    rig.base = `http://127.0.0.1:${issuer.port}`
  })
  beforeEach(() => {
    rig.browser = rig.atNewAddress()
    messages.outcome = 'sent'
  })
  afterAll(() => issuer.close())
  return rig
}
