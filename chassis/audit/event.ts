/** The kinds of events; docs/operators.md, "The audit trail", says what each means. */
export const EVENTS = [
  'authentication',
  'limit',
  'sign-in',
  'account',
  'operation',
  'request',
  'command',
  'charge',
  'refund',
  'personal-data',
  'token',
  'client',
  'key',
  'revocation',
  'trail',
] as const

/**
 * One event. Every value is an id, a name out of the schema or the code, an address, or a name that a client chose for its
 * operation or request: no personal data, no token, nothing else of an input.
 */
export type AuditEvent = {
  event: (typeof EVENTS)[number]
  /** `user ID` (of a person or a machine client), `client ID` at the issuer, `address …`, or the program that acts. */
  who: string
  /** A result type of the schema, an error code, or what happened. */
  outcome: string
  requestId?: string | undefined
  /** The ids of what it is about, or schema coordinates. */
  on?: readonly string[]
  /** The mutation's field, or the coordinates of the personal data. */
  fields?: readonly string[]
  /** `field result` of each root field of a mutation. */
  results?: readonly string[]
  /** Why it was refused; one of few texts. */
  reason?: string
  operation?: string | undefined
  /** SHA-256 of the operation's document, in hex, as persisted queries have it. */
  hash?: string
  roles?: readonly string[]
  scopes?: readonly string[]
  grant?: string
  /** For whom a token is. */
  subject?: string
  count?: number
  /** The beginning of the time that `count` is about. */
  since?: string
}
