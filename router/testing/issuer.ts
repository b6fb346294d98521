import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { listen, sendJson } from '../../chassis/http.ts'

/** An OpenID issuer for tests: discovery, keys that can be changed, tokens signed by any of them. */
export async function startIssuer(algorithm = 'ES256') {
  let published: JWK[] = []
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
    fetches: () => fetches,
    /** Whether its keys are answered with an error. */
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
