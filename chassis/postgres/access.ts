import { existsSync } from 'node:fs'
import { z } from 'zod'
import { isAddress } from '../hosts.ts'

/** The parameters by which a URL names files: authorities, and the program's own certificate and its key. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey']

/**
 * Parameters that `pg` (8.23) understands otherwise than libpq, or not at all: taken in silence, they would leave a connection less
 * safe, or elsewhere, than the operator meant.
 */
const REFUSED: Record<string, string> = {
  ssl: 'sslmode=verify-full instead of ssl',
  uselibpqcompat: 'no uselibpqcompat',
  target_session_attrs: 'no target_session_attrs: the host must be a name that follows the primary',
  host: 'the host before the path, not as a parameter',
}

const ALLOWED = ['sslmode', ...FILES]

/** What is wrong with a DATABASE_URL; undefined if nothing is. Its password is in no message. */
function problemOf(text: string): string | undefined {
  const authority = /^[^:]+:\/\/(?:[^/]*@)?([^/?]*)/.exec(text)?.[1] ?? ''
  if (authority.includes(',')) return 'one host: a name that follows the primary, since pg takes no list of hosts'
  const url = URL.parse(text)
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) return 'no postgres:// URL'
  const { searchParams: given } = url
  const twice = [...given.keys()].find((name) => given.getAll(name).length > 1)
  if (twice) return `${twice} once`
  const refused = Object.keys(REFUSED).find((name) => given.has(name))
  if (refused) return REFUSED[refused]
  // Otherwise a misspelt sslmode would be a connection in plain text.
  const unknown = [...given.keys()].find((name) => !ALLOWED.includes(name))
  if (unknown) return `no parameter ${unknown}: there are ${ALLOWED.join(', ')}`
  const mode = given.get('sslmode')
  if (mode !== null && !['disable', 'verify-full'].includes(mode))
    return 'sslmode is disable or verify-full: with any other, nobody checks whether the server is the right one'
  // For the certificate of an address, pg (8.23) and Node would take one of `localhost`.
  if (mode === 'verify-full' && isAddress(url.hostname))
    return 'sslmode=verify-full needs the name of the host, since a server’s certificate is for its name'
  const files = FILES.filter((name) => given.has(name))
  if (files.length > 0 && mode !== 'verify-full') return `${files[0]} needs sslmode=verify-full`
  if (given.has('sslcert') !== given.has('sslkey')) return 'sslcert and sslkey go together'
  const missing = files.find((name) => !existsSync(given.get(name) ?? ''))
  return missing && `${missing} names a file that is not there`
}

/**
 * The URL of a PostgreSQL server, and maybe a database. With `sslmode=verify-full` all connections to it are encrypted, and the
 * server's certificate must be of an authority in the file `sslrootcert` (by default those that Node knows) and for the URL's
 * host; without, they are in plain text.
 */
export const databaseUrl = z.string('missing').superRefine((text, context) => {
  const message = problemOf(text)
  if (message) context.addIssue({ code: 'custom', message })
})
