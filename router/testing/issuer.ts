import { createHash } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { listen, sendJson } from '../../chassis/http.ts'
import type { RevocationList } from '../../chassis/revocations.ts'

const NONE: RevocationList = { subjects: {}, clients: {}, keys: [] }

/** An OpenID issuer for tests: discovery, keys and revocations that can be changed, tokens signed by any of its keys. */
export async function startIssuer(algorithm = 'ES256') {
  let published: JWK[] = []
  let revoked: unknown = NONE
  const listStatuses: number[] = []
  let fetches = 0
  let hanging = false
  let failing = false
  const { port, close, server } = await listen({
    host: '127.0.0.1',
    port: 0,
    needs: [],
    routes: {
      '/.well-known/openid-configuration': (_, response) => {
        if (!hanging) sendJson(response, 200, { issuer, jwks_uri: `${issuer}/keys` })
      },
      '/keys': (_, response) => {
        fetches++
        sendJson(response, failing ? 500 : 200, failing ? {} : { keys: published })
      },
      '/revocations': (request, response) => {
        const etag = `"${createHash('sha256').update(JSON.stringify(revoked)).digest('hex')}"`
        const status = failing ? 500 : request.headers['if-none-match'] === etag ? 304 : 200
        listStatuses.push(status)
        response.setHeader('etag', etag)
        if (status === 304) response.writeHead(304).end()
        else sendJson(response, status, failing ? NONE : revoked)
      },
    },
  })
  const issuer = `http://127.0.0.1:${port}`

  const newKey = async (kid: string) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm)
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm }
    const sign = (claims: JWTPayload = {}, header: object = {}) =>
      new SignJWT({ iss: issuer, sub: 'ann', exp: Math.floor(Date.now() / 1000) + 3_600, ...claims })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt', ...header })
        .sign(privateKey)
    return { jwk, sign }
  }
  const key = await newKey('first')
  published = [key.jwk]

  return {
    issuer,
    sign: key.sign,
    newKey,
    publish: (keys: JWK[]) => {
      published = keys
    },
    /** Replaces the list of revocations, by anything. */
    revoke: (list: unknown) => {
      revoked = list
    },
    /** The status of each response with that list. */
    listStatuses,
    fetches: () => fetches,
    /** Whether its keys and revocations are answered with an error. */
    fail: (now: boolean) => {
      failing = now
    },
    hang: (now: boolean) => {
      hanging = now
    },
    close: async () => {
      server.closeAllConnections()
      await close()
    },
  }
}
