import type { Message, Messages, ProviderState, SentMessage } from '../../application/ports.ts'

/** How long the sandbox's messages can be read, in seconds. */
const KEPT_S = 3_600

/** Kept with the provider's own state, so that every replica's page shows all. */
const KIND = 'SandboxMessage'

/** Messages that nobody gets, and that can be read on a page; for development. */
export const sandboxMessages = (
  state: Pick<ProviderState, 'upsert' | 'newest'>,
  now: () => number = Date.now,
): Messages & { newest(): Promise<SentMessage[]> } => ({
  send: async ({ id, to, text }: Message) => {
    await state.upsert(KIND, id, { to, text, at: now() }, KEPT_S)
    return 'sent'
  },
  newest: async () => (await state.newest(KIND)) as SentMessage[], // as `send` wrote them
})
