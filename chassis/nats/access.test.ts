import { describe, expect, it } from '@jest/globals'
import { settingProblems, streamReplicas } from '../config.ts'
import { streamsConfig } from '../streams/config.ts'
import { connectionOptions } from './access.ts'

const problemsOf = (settings: Record<string, string>) =>
  settingProblems(streamsConfig, { NATS_URL: 'nats://nats:4222', ...settings }).map(
    ({ setting, message }) => `${setting}: ${message}`,
  )
const HERE = import.meta.filename

describe('NATS_URL', () => {
  it.each([
    ['nats://order:a%2Fb@one:4222', ['one:4222'], 'order', 'a/b'],
    ['nats://order:pw@one:4222,nats://two:4223, nats://three', ['one:4222', 'two:4223', 'three'], 'order', 'pw'],
    ['nats://order:pw@one,nats://order:pw@[::1]:4222', ['one', '[::1]:4222'], 'order', 'pw'],
    ['nats://one', ['one'], undefined, undefined],
  ])('%s names its servers, and the user for all of them', (NATS_URL, servers, user, pass) => {
    expect(problemsOf({ NATS_URL })).toEqual([])
    const { tls, ...options } = connectionOptions(NATS_URL, 'order')
    expect(options).toMatchObject({ servers, inboxPrefix: '_INBOX.order' })
    expect([options.user, options.pass, tls]).toEqual([user, pass, undefined])
  })

  it.each([
    ['one:4222', 'no nats:// URL, or several with commas between'],
    ['nats://one,', 'no nats:// URL, or several with commas between'],
    ['nats://one,http://two', 'no nats:// URL, or several with commas between'],
    ['nats://one,tls://two', 'all of nats://, or all of tls://'],
    ['nats://a:x@one,nats://a:y@two', 'the same name and password for all servers, or only in the first'],
  ])('%s is refused', (NATS_URL, message) => {
    expect(problemsOf({ NATS_URL })).toEqual([`NATS_URL: ${message}`])
  })
})

describe('TLS with NATS', () => {
  it.each([
    ['nats://one', { NATS_TLS_CA: 'ca.pem' }, { caFile: 'ca.pem' }],
    ['tls://one,tls://two', {}, {}],
    ['tls://one', { NATS_TLS_CERT: 'c.pem', NATS_TLS_KEY: 'k.pem' }, { certFile: 'c.pem', keyFile: 'k.pem' }],
  ])('is required by %s with %j', (url, settings, tls) => {
    expect(connectionOptions(url, 'order', settings).tls).toEqual(tls)
  })

  it('needs files that are there, and a certificate with its key; all that is wrong is reported', () => {
    expect(problemsOf({ NATS_TLS_CA: '/nowhere.pem', NATS_TLS_CERT: HERE })).toEqual([
      'NATS_TLS_CA: there is no such file',
      'NATS_TLS_KEY: NATS_TLS_CERT and NATS_TLS_KEY go together',
    ])
    expect(problemsOf({ NATS_TLS_CA: HERE, NATS_TLS_CERT: HERE, NATS_TLS_KEY: HERE })).toEqual([])
  })
})

it.each([
  ['tls://10.0.0.1:4222', {}],
  ['nats://one,nats://[::1]:4222', { NATS_TLS_CA: HERE }],
])('TLS needs names of hosts: %s', (NATS_URL, settings) => {
  expect(problemsOf({ NATS_URL, ...settings })).toEqual([
    'NATS_URL: names of hosts, since a server’s certificate is for its name',
  ])
})

it('STREAM_REPLICAS is a number that a majority can be of', () => {
  expect(['1', '3', '5'].map((text) => streamReplicas.parse(text))).toEqual([1, 3, 5])
  expect(problemsOf({ STREAM_REPLICAS: '2' })).toEqual(['STREAM_REPLICAS: none of 1, 3, 5 (it is 2)'])
})
