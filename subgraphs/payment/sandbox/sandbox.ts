import { setTimeout as pause } from 'node:timers/promises'
import { type Bank, bank, type Terms } from './bank.ts'
import type { Book } from './book.ts'
import { defaults, type Settings } from './settings.ts'
import { declineReason } from './tokens.ts'

/** An HTTP status and body; null: never answer. */
export type Reply = { status: number; body: object } | null

const SLOW_MS = 3_000

const overloaded: Reply = { status: 503, body: { effect: 'none', error: 'Overloaded: nothing was done. Try again.' } }

/** The provider's sandbox: what it answers, on the book it keeps. */
export function sandbox(book: Book, now: () => Date) {
  const state: Bank = bank()
  for (const entry of book.entries) state.keep(entry)
  let settings: Settings = defaults
  let underWay = 0

  /** Writes before answering: what was answered is in the book, also after a kill. */
  const reply = (ruling: ReturnType<Bank['charge']>, reason?: string | null): Reply => {
    if ('objection' in ruling) return { status: 422, body: { error: ruling.objection } }
    if (ruling.entry) {
      state.keep(ruling.entry)
      book.write({ at: now().toISOString(), ...ruling.entry })
    }
    return { status: 200, body: { outcome: ruling.outcome, ...(ruling.outcome === 'declined' && { reason }) } }
  }

  /** Works on one request, as slow and unreliable as the settings say. */
  const work = async (slowMs: number, act: () => Reply): Promise<Reply> => {
    if (underWay >= settings.capacity) return overloaded
    underWay++
    try {
      const { min, max } = settings.latencyMs
      await pause(Math.max(slowMs, min + Math.random() * (max - min)))
      if (Math.random() < settings.errorRate) return overloaded
      const answer = act()
      return Math.random() < settings.lostRate ? null : answer
    } finally {
      underWay--
    }
  }

  return {
    entries: () => book.entries,
    settings: () => settings,
    change: (wanted: Partial<Settings>) => {
      settings = { ...settings, ...wanted }
      return settings
    },
    charge: (terms: Terms, token: string): Promise<Reply> => {
      if (token === 'tok_unavailable' && !state.knows(terms.key)) return Promise.resolve(overloaded)
      const reason = declineReason(token)
      return work(token === 'tok_slow' ? SLOW_MS : 0, () => {
        const isLost = token === 'tok_lost' && !state.knows(terms.key)
        const answer = reply(state.charge(terms, reason !== null), reason)
        return isLost ? null : answer
      })
    },
    void: (chargeKey: string, reference: string) => work(0, () => reply(state.void(chargeKey, reference))),
    refund: (terms: Terms, chargeKey: string) =>
      work(0, () => reply(state.refund(terms, chargeKey), 'Nothing, or more than is left of the charge.')),
  }
}

export type Sandbox = ReturnType<typeof sandbox>
