import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import { certificateAuthority } from '../testing/certificates.ts'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { until } from '../testing/until.ts'
import type { NatsTls } from './access.ts'
import { connectNats } from './connection.ts'
import { setUpStreams } from './keep-streams.ts'

const folder = mkdtempSync(join(tmpdir(), 'flower-tls-'))
const ours = certificateAuthority(folder, 'ours')
const others = certificateAuthority(folder, 'others')
const ofServer = ours.issue('localhost')
const wrongHost = ours.issue('elsewhere.example')
const ofProgram = ours.issue('order')
afterAll(() => rmSync(folder, { recursive: true }))

const tlsBlock = ({ cert, key }: { cert: string; key: string }, more = '') => [
  `tls { cert_file: "${cert}", key_file: "${key}", ${more} }`,
]
/** By name: a certificate is for names. */
const urlOf = (server: NatsServer) => server.url.replace('127.0.0.1', 'localhost')
/** null, or what the operator reads. Tried again where a slow machine needs longer than a server has. */
async function refusal(server: NatsServer, tls: NatsTls, url = urlOf(server)): Promise<string | null> {
  const { message } = await until(async () => {
    const message = await setUpStreams(url, undefined, undefined, tls).then(
      () => null,
      (error: Error) => error.message,
    )
    return !message?.includes('TIMEOUT') && { message }
  })
  return message
}

let server: NatsServer
afterEach(() => server.end())

describe('a NATS server with TLS', () => {
  it('is joined if its certificate is of the operator’s authority', async () => {
    server = await natsServer([], tlsBlock(ofServer))
    expect(await refusal(server, { NATS_TLS_CA: ours.ca })).toBe(null)
    const nats = await connectNats(urlOf(server), 'order', { NATS_TLS_CA: ours.ca })
    expect(nats.connection.info).toMatchObject({ tls_required: true })
    expect(await nats.whileConnected(() => nats.manager.streams.info('FACTS'))).toBeTruthy()
    await nats.end()
  })

  it('is refused if it is of another authority, or of none that is known', async () => {
    server = await natsServer([], tlsBlock(ofServer))
    const refused = /^The certificate of NATS is not accepted \(\w+\): see NATS_TLS_CA\.$/
    expect(await refusal(server, { NATS_TLS_CA: others.ca })).toMatch(refused)
    expect(await refusal(server, {})).toMatch(refused)
    expect(await refusal(server, {}, urlOf(server).replace('nats:', 'tls:'))).toMatch(refused)
  })

  it('is refused if its certificate is for another host', async () => {
    server = await natsServer([], tlsBlock(wrongHost))
    expect(await refusal(server, { NATS_TLS_CA: ours.ca })).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it('may ask for the program’s certificate', async () => {
    server = await natsServer([], tlsBlock(ofServer, `ca_file: "${ours.ca}", verify: true`))
    const { cert, key } = ofProgram
    expect(await refusal(server, { NATS_TLS_CA: ours.ca })).not.toBe(null)
    expect(await refusal(server, { NATS_TLS_CA: ours.ca, NATS_TLS_CERT: cert, NATS_TLS_KEY: key })).toBe(null)
  })
})

it('a NATS server without TLS is refused where TLS is required', async () => {
  server = await natsServer()
  const message = 'NATS offers no TLS, which NATS_TLS_CA, NATS_TLS_CERT or tls:// in NATS_URL requires.'
  expect(await refusal(server, { NATS_TLS_CA: ours.ca })).toBe(message)
  expect(await refusal(server, {}, urlOf(server).replace('nats:', 'tls:'))).toBe(message)
  expect(await refusal(server, {})).toBe(null)
})
