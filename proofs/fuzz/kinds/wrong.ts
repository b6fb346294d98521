import type { Answer } from '../lab/client.ts'

const CUT = 400

/** Whether a response is our fault (5xx, INTERNAL_SERVER_ERROR), which no input may cause. */
export function wrongWith({ status, text }: Answer): string | null {
  if (status >= 500) return `status ${status}: ${text.slice(0, CUT)}`
  return isOurFault(text)
}

export function isOurFault(text: string): string | null {
  const at = text.indexOf('INTERNAL_SERVER_ERROR')
  return at < 0 ? null : `our fault: ${text.slice(Math.max(0, at - CUT), at + CUT)}`
}
