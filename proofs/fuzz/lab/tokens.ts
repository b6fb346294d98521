import { generateKeyPairSync, sign } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { listen, sendJson } from '../../../chassis/http.ts'
import { type RevocationList, revocationKey } from '../../../chassis/revocations.ts'
import type { Json } from '../json.ts'
import { PERSON } from '../seeds.ts'

const ROLES = ['CUSTOMER', 'STORE_OWNER', 'RIDER']
const base64 = (text: string) => Buffer.from(text).toString('base64url')

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** An issuer with two keys of the same algorithm, without key ids. Its tokens may have any content. */
export async function startIssuer() {
  const pairs = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const keys = pairs.map(({ publicKey }) => publicKey.export({ format: 'jwk' }))
  const revoked: RevocationList = { subjects: {}, clients: { [revocationKey('gone')]: 1 }, keys: [] }
  const routes = {
    '/keys': (_: unknown, response: ServerResponse) => sendJson(response, 200, { keys }),
    '/revocations': (_: unknown, response: ServerResponse) => sendJson(response, 200, revoked),
  }
  const { server, port, close } = await listen({ host: '127.0.0.1', port: 0, needs: [], routes })
  const issuer = 'https://issuer.example'
  /** Signs a token with these texts as its parts, by the key with this index. */
  const signed = (header: string, payload: string, by = 0): string => {
    const content = `${base64(header)}.${base64(payload)}`
    const pair = pairs[by % 2]
    if (!pair) throw new Error(`There is no key ${by}.`)
    const signature = sign('sha256', Buffer.from(content), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
    return `${content}.${signature.toString('base64url')}`
  }
  const header = { alg: 'ES256', typ: 'at+jwt' }
  const claims = (): { [name: string]: Json } => ({
    ...{ iss: issuer, sub: PERSON, roles: ROLES, scope: 'a b', iat: 1_700_000_000, exp: 4_000_000_000 },
  })
  return {
    setting: {
      issuer,
      ...{ jwksUri: `http://127.0.0.1:${port}/keys`, revocationsUri: `http://127.0.0.1:${port}/revocations` },
    },
    header,
    claims,
    signed,
    /** A valid token. */
    token: signed(JSON.stringify(header), JSON.stringify(claims())),
    close: () => {
      server.closeAllConnections()
      return close()
    },
  }
}
