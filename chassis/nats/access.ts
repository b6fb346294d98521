import { existsSync } from 'node:fs'
import { type ConnectionOptions, ErrorCode, type TlsOptions } from 'nats'
import { z } from 'zod'
import { isAddress } from '../hosts.ts'

/** The servers of a NATS_URL. Throws a TypeError if one of them is no URL. */
const urlsIn = (list: string): URL[] => list.split(',').map((url) => new URL(url.trim()))

/** What is wrong with a NATS_URL; undefined if nothing is. */
function problemOf(list: string): string | undefined {
  if (!list.split(',').every((url) => URL.canParse(url.trim()))) return 'no nats:// URL, or several with commas between'
  const urls = urlsIn(list)
  const protocols = new Set(urls.map(({ protocol }) => protocol))
  if (![...protocols].every((protocol) => /^(nats|tls):$/.test(protocol)) || urls.some(({ host }) => !host))
    return 'no nats:// URL, or several with commas between'
  if (protocols.size > 1) return 'all of nats://, or all of tls://'
  const users = new Set(
    urls.filter(({ username }) => username).map(({ username, password }) => `${username}:${password}`),
  )
  return users.size > 1 ? 'the same name and password for all servers, or only in the first' : undefined
}

/** The servers of one NATS (a cluster's separated by commas), with the name and password of the program's user. */
export const natsUrl = z.string().superRefine((list, context) => {
  const message = problemOf(list)
  if (message) context.addIssue({ code: 'custom', message })
})

/** A file that the process can see. It is read again for each new connection, so that certificates can be replaced. */
const file = z
  .string()
  .min(1)
  .refine((path) => existsSync(path), 'there is no such file')

/** TLS with NATS. Each is a PEM file. */
export const natsTlsSettings = {
  /** The authorities whose certificates NATS' servers must have; with it, a server without TLS is refused. */
  NATS_TLS_CA: file.optional(),
  /** This program's own certificate and its key, where the servers ask for one. */
  NATS_TLS_CERT: file.optional(),
  NATS_TLS_KEY: file.optional(),
}

/** The paths of these settings; all absent without TLS. */
export type NatsTls = { NATS_TLS_CA?: string; NATS_TLS_CERT?: string; NATS_TLS_KEY?: string }

/** A certificate without its key is of no use. */
const certificateHasKey = z.refine(
  (set: unknown) => {
    const { NATS_TLS_CERT, NATS_TLS_KEY } = set as NatsTls // an object, by the schema
    return !NATS_TLS_CERT === !NATS_TLS_KEY
  },
  { path: ['NATS_TLS_KEY'], error: 'NATS_TLS_CERT and NATS_TLS_KEY go together', when: () => true },
)

/** For the certificate of an address, nats.js (2.29) and Node would take one of `localhost`. */
const tlsNeedsNames = z.refine(
  (set: unknown) => {
    const { NATS_URL = '', NATS_TLS_CA } = set as NatsTls & { NATS_URL?: string } // an object, by the schema
    if (problemOf(NATS_URL) || (!NATS_TLS_CA && !NATS_URL.startsWith('tls:'))) return true
    return !urlsIn(NATS_URL).some(({ hostname }) => isAddress(hostname))
  },
  { path: ['NATS_URL'], error: 'names of hosts, since a server’s certificate is for its name', when: () => true },
)

/** The rules of a schema with `natsTlsSettings`. */
export const natsTlsRules = [certificateHasKey, tlsNeedsNames] as const

/** What the subjects begin with on which a program receives answers. Nobody else may subscribe to these (permissions.ts). */
export const inboxPrefix = (program: string): string => `_INBOX.${program}`

/** Servers, user, password, TLS and inbox of a program. nats.js does not read user, password and TLS from the URLs. */
export function connectionOptions(url: string, name: string, tlsSettings: NatsTls = {}): ConnectionOptions {
  const urls = urlsIn(url)
  const { username = '', password = '' } = urls.find((each) => each.username) ?? {}
  const user = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}
  const { NATS_TLS_CA: caFile, NATS_TLS_CERT: certFile, NATS_TLS_KEY: keyFile } = tlsSettings
  const isTls = urls.some(({ protocol }) => protocol === 'tls:') || caFile || certFile
  const tls: TlsOptions = { ...(caFile && { caFile }), ...(certFile && { certFile, keyFile }) }
  return {
    servers: urls.map(({ host }) => host),
    ...user,
    // With this a server without TLS is refused; without it TLS is used if the server has it.
    ...(isTls && { tls }),
    name,
    inboxPrefix: inboxPrefix(name),
    // For each server: another one is tried before a consumer's absence is noticed, even if a machine has vanished.
    timeout: 5_000,
  }
}

/** What an operator reads if NATS can't be joined; nats.js says only `tls` if the server has none. */
export function whyNotJoined(error: unknown): Error {
  const { message, code } = error as Error & { code?: string } // nats.js rejects with errors only.
  if (code === ErrorCode.ServerOptionNotAvailable)
    return new Error('NATS offers no TLS, which NATS_TLS_CA, NATS_TLS_CERT or tls:// in NATS_URL requires.')
  if (/^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code ?? ''))
    return new Error(`The certificate of NATS is not accepted (${code}): see NATS_TLS_CA.`, { cause: error })
  return new Error(`NATS can not be joined: ${message || code}`, { cause: error })
}
