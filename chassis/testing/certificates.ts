import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

// X.509 (RFC 5280) in DER, as far as a test of TLS needs it: Node can read certificates, but makes none.

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const bits = (body: Buffer) => der(0x03, Buffer.from([0]), body)
const COMMON_NAME = '550403'
const ALTERNATIVE_NAME = '551d11'
const BASIC_CONSTRAINTS = '551d13'
const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'))

const named = (name: string) => sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(name)))))
const time = (at: Date) =>
  der(
    0x17,
    Buffer.from(
      `${at
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  )
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000

/** A certificate that `issuer` signs for a key, in PEM: a host's name, or an authority's if `isAuthority`. */
function certificate(name: string, key: KeyObject, issuer: { name: string; key: KeyObject }, isAuthority: boolean) {
  const now = Date.now()
  const extension = isAuthority
    ? sequence(objectId(BASIC_CONSTRAINTS), der(0x04, sequence(der(0x01, Buffer.from([255])))))
    : sequence(objectId(ALTERNATIVE_NAME), der(0x04, sequence(der(0x82, Buffer.from(name)))))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ECDSA_WITH_SHA256,
    named(issuer.name),
    sequence(time(new Date(now - YEAR_MS)), time(new Date(now + YEAR_MS))),
    named(name),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  )
  const whole = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, issuer.key)))
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/**
 * An authority of the test's own, in a folder: `ca` is the file with its certificate, and `issue` makes the files of a certificate
 * for a host (or a user) and its key.
 */
export function certificateAuthority(folder: string, name: string) {
  const generate = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const write = (file: string, text: string) => {
    const path = join(folder, `${name}-${file}.pem`)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const own = generate()
  const issuer = { name, key: own.privateKey }
  return {
    ca: write('ca', certificate(name, own.publicKey, issuer, true)),
    issue: (host: string) => {
      const { publicKey, privateKey } = generate()
      return {
        cert: write(host, certificate(host, publicKey, issuer, false)),
        key: write(`${host}-key`, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
      }
    },
  }
}
