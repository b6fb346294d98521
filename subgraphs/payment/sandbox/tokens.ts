const CHARGED = ['tok_ok', 'tok_slow', 'tok_lost']

/** Why a token is declined; null: it is charged (tok_slow and tok_lost each in its own way: sandbox.ts). */
export function declineReason(token: string): string | null {
  if (CHARGED.includes(token)) return null
  if (token === 'tok_declined') return 'The issuer declined: insufficient funds.'
  return 'Unknown token. The sandbox knows tok_ok, tok_declined, tok_slow, tok_lost and tok_unavailable.'
}
