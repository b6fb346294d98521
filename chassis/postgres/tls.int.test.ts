import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connect } from '../../scripts/launcher/infrastructure/databases.ts'
import { certificateAuthority } from '../testing/certificates.ts'
import { type PostgresServer, postgresServer } from '../testing/postgres-server.ts'
import { thingSchema } from '../testing/thing-row.ts'
import { createOrm } from './database.ts'
import { FACTS_OUTBOX, openRelaySession } from './outbox.ts'
import { isUnavailable } from './unavailable.ts'

const folder = mkdtempSync(join(tmpdir(), 'flower-tls-'))
const ours = certificateAuthority(folder, 'ours')
const others = certificateAuthority(folder, 'others')
const withCertificate = (host: string) => {
  const { cert, key } = ours.issue(host)
  return postgresServer({ ssl: 'on', ssl_cert_file: cert, ssl_key_file: key })
}
let server: PostgresServer
let elsewhere: PostgresServer
let plain: PostgresServer
beforeAll(async () => {
  ;[server, elsewhere, plain] = await Promise.all([
    withCertificate('localhost'),
    withCertificate('elsewhere.example'),
    postgresServer(),
  ])
})
afterAll(async () => {
  await Promise.all([server, elsewhere, plain].map((each) => each.end()))
  rmSync(folder, { recursive: true })
})

const withTls = ({ url }: PostgresServer, ca = ours.ca) =>
  `${url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=${ca}`

/** What each kind of connection of a program does: its pool's, its relays', and that of the scripts. */
const KINDS: [string, (url: string) => Promise<void>][] = [
  [
    'the pool',
    async (url) => {
      const orm = await createOrm(url, thingSchema)
      const reading = orm.em.fork().execute('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
      expect(await reading.finally(() => orm.close(true))).toEqual([{ ssl: true }])
    },
  ],
  [
    'a relay',
    async (url) => {
      const session = await openRelaySession(url, FACTS_OUTBOX, 60_000)
      const { rows } = await server.query(
        "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'relay'",
      )
      await session.close()
      expect(rows).toEqual([{ ssl: true }])
    },
  ],
  [
    'a script',
    async (url) => {
      const client = await connect(url)
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
      await client.end()
      expect(rows).toEqual([{ ssl: true }])
    },
  ],
]

describe.each(KINDS)('with sslmode=verify-full, the connection of %s', (_, use) => {
  const failureOf = (url: string) =>
    use(url).then(
      () => new Error('It did not fail.'),
      (error: Error) => error,
    )

  it('is encrypted', () => use(withTls(server)))

  it.each<[string, () => string, RegExp]>([
    ['a server of another authority', () => withTls(server, others.ca), /certificate/],
    ['a server of another name', () => withTls(elsewhere), /altnames/],
    ['a server without TLS', () => withTls(plain), /does not support SSL/],
  ])('is refused to %s', async (_, urlOf, message) => {
    const failure = await failureOf(urlOf())
    expect(failure.message).toMatch(message)
  })
})

it('clients are told to come again while the server’s certificate is not accepted', async () => {
  const orm = await createOrm(withTls(server, others.ca), thingSchema)
  const failure = await orm.em
    .fork()
    .execute('select 1')
    .catch((error: unknown) => error)
  await orm.close(true)
  expect(isUnavailable(failure)).toBe(true)
})
