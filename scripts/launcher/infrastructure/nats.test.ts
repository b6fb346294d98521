import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { givenNats, prepareNats } from './nats.ts'

const permissions = { publish: [], subscribe: [], answers: false, keepsStreams: false, deliveredOn: [] }
const users = ['order', 'my-page'].map((name) => ({ name, permissions }))
const URL = 'nats://admin:secret@nats.example:4222'
const urlsIn = (url: string, environment: NodeJS.ProcessEnv) => {
  const given = givenNats(url, users, environment)
  return [given.url, ...['order', 'my-page', 'account'].map(given.urlOf)]
}

describe('a NATS that is given', () => {
  it('is used by every program as the URL’s user, if there are no passwords', () => {
    expect(urlsIn(URL, { NATS_PASSWORD_OTHER: 'x' })).toEqual([URL, URL, URL, URL])
  })

  it.each([URL, 'nats://nats.example:4222'])('is used by each as its own user, if each has a password: %s', (url) => {
    expect(urlsIn(url, { NATS_PASSWORD_ORDER: 'a/b@c', NATS_PASSWORD_MY_PAGE: 'd' })).toEqual([
      url,
      'nats://order:a%2Fb%40c@nats.example:4222',
      'nats://my-page:d@nats.example:4222',
      'nats://nats.example:4222',
    ])
  })

  it('may be a cluster: each program is its own user at all servers', () => {
    const cluster = 'nats://admin:secret@one:4222,nats://two:4222'
    expect(urlsIn(cluster, { NATS_PASSWORD_ORDER: 'a', NATS_PASSWORD_MY_PAGE: 'd' }).slice(0, 2)).toEqual([
      cluster,
      'nats://order:a@one:4222,nats://order:a@two:4222',
    ])
  })

  it('is refused if some have none', () => {
    expect(() => urlsIn(URL, { NATS_PASSWORD_ORDER: 'a' })).toThrow('Missing: NATS_PASSWORD_MY_PAGE.')
  })
})

it('streams of an earlier version are kept: they were in the server’s default account', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flower-nats-'))
  const streamsOf = (account: string) => join(folder, 'jetstream/jetstream', account, 'streams')
  mkdirSync(join(streamsOf('$G'), 'FACTS'), { recursive: true })
  const prepare = () => prepareNats({ folder, port: 4222, password: () => 'x' })
  await prepare()
  expect(existsSync(join(streamsOf('STREAMS'), 'FACTS'))).toBe(true)
  mkdirSync(join(streamsOf('$G'), 'OTHER'), { recursive: true })
  await prepare()
  expect(existsSync(join(streamsOf('STREAMS'), 'FACTS'))).toBe(true)
  rmSync(folder, { recursive: true })
})
