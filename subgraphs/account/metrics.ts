import type { OwnCounter } from '../../chassis/metrics/own-counter.ts'

/** Counts requests for sign-in codes, each of which costs a message (docs/metrics.md). */
export const SIGN_IN_CODES: OwnCounter = {
  name: 'service_sign_in_codes_total',
  help: 'Requests for sign-in codes, by what came of them',
  label: 'outcome',
}
