import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

/**
 * The headers of every response, unless its handler sets others: no cache keeps it, no browser guesses its type, and if it is shown
 * as a page, it loads nothing, is in no frame and tells no other site its address.
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

/** A year. Only over TLS (RFC 6797, 7.2); other hosts of the same domain may not have it. */
const TRANSPORT_SECURITY = 'max-age=31536000'

const SAFE_HEADERS_OVER_TLS = { ...SAFE_HEADERS, 'strict-transport-security': TRANSPORT_SECURITY }

type GivenHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * A response with the safe headers, and with `isSecure` one that has browsers keep to TLS. They are added when the head is
 * written: to set each before would allocate 1.5 KB more for a response. What a handler sets replaces them; it names them in
 * lower case.
 */
export class SafeResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  #common = SAFE_HEADERS

  set isSecure(isSecure: boolean) {
    this.#common = isSecure ? SAFE_HEADERS_OVER_TLS : SAFE_HEADERS
  }

  /** Adds a header, if the handler does not set it. */
  addCommon(name: string, value: string): void {
    this.#common = { ...this.#common, [name]: value }
  }

  override writeHead(status: number, given: string | GivenHeaders = {}, more?: GivenHeaders): this {
    const headers: OutgoingHttpHeaders = {}
    for (const name in this.#common) if (!this.hasHeader(name)) headers[name] = this.#common[name]
    if (typeof given === 'object' && !Array.isArray(given))
      return super.writeHead(status, Object.assign(headers, given))
    for (const name in headers) this.setHeader(name, headers[name] ?? '')
    return typeof given === 'string' ? super.writeHead(status, given, more) : super.writeHead(status, given)
  }
}
