import type { Message, Messages } from '../application/ports.ts'
import type { IssuerOptions } from '../inbound/oidc/issuer.ts'
import { AUDIENCE, ISSUER } from './token-client.ts'

/** Messages that a test reads; `outcome` is what comes of the next ones. */
export function recordedMessages(): Messages & { sent: Message[]; outcome: 'sent' | 'refused' | 'unknown' } {
  const recorded = {
    sent: [] as Message[],
    outcome: 'sent' as 'sent' | 'refused' | 'unknown',
    send: async (message: Message) => {
      recorded.sent.push(message)
      return recorded.outcome
    },
  }
  return recorded
}

/** The code in a message. */
export const codeIn = ({ text }: Pick<Message, 'text'>): string => /#(\d{6})$/.exec(text)?.[1] ?? ''

/** How tests run an issuer, but for its ports and its log. */
export const issuerOptions = (messages: Messages = recordedMessages()) =>
  ({
    host: '127.0.0.1',
    port: 0,
    url: ISSUER,
    audience: AUDIENCE,
    cookieKeys: ['c'.repeat(32)],
    formKey: Buffer.alloc(32, 'f'),
    signIn: {
      codeKey: Buffer.alloc(32, 'k'),
      messages,
      countries: ['KR'],
      codesAnHour: 60,
      wrongAnHour: 30,
      allCodesAnHour: 10_000,
    },
    tokensPerMinute: 1_000,
    proxies: 0,
  }) satisfies Omit<IssuerOptions, 'ports' | 'log'>
