import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { pino } from 'pino'
import { until } from '../../chassis/testing/until.ts'
import { authenticator, create, later } from '../testing/authenticator.ts'
import { startIssuer } from '../testing/issuer.ts'

afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

describe('a token that several keys fit', () => {
  const NOT_VALID = { outcome: 'refused', reason: 'The token is not valid.' }
  const NO_KID = { kid: undefined }
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })
  const opened = async (algorithm?: string) => {
    const started = await startIssuer(algorithm)
    open.push(started)
    return started
  }
  const keysOf = async (algorithm: string, count: number, kids: (index: number) => string | undefined) => {
    const many = await opened(algorithm)
    const keys = await Promise.all(Array.from({ length: count }, (_, index) => many.newKey(`${index}`)))
    many.publish(keys.map(({ jwk }, index) => ({ ...jwk, kid: kids(index) })))
    return { ...many, keys, authenticate: authenticator(many.issuer) }
  }

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'and that says none (RFC 7515, 4.1.4) is good by any of them: %s',
    async (algorithm) => {
      const { keys, newKey, authenticate } = await keysOf(algorithm, 3, () => undefined)
      for (const { sign } of keys)
        expect(await authenticate(`Bearer ${await sign({}, NO_KID)}`)).toMatchObject({ outcome: 'known' })
      const strange = await newKey('strange')
      expect(await authenticate(`Bearer ${await strange.sign({}, NO_KID)}`)).toEqual(NOT_VALID)
    },
  )

  it('is good by any of those of its kid (RFC 7517, 4.5: they should be distinct), and of no other', async () => {
    const { keys, authenticate } = await keysOf('ES256', 3, (index) => (index < 2 ? 'same' : 'other'))
    const outcomes = keys.map(async ({ sign }) => authenticate(`Bearer ${await sign({}, { kid: 'same' })}`))
    expect(await Promise.all(outcomes)).toMatchObject([{ outcome: 'known' }, { outcome: 'known' }, NOT_VALID])
  })

  it('is refused with the reason', async () => {
    const { keys, authenticate } = await keysOf('ES256', 2, () => undefined)
    for (const { sign } of keys) {
      const expired = await sign({ exp: 1 }, NO_KID)
      expect(await authenticate(`Bearer ${expired}`)).toEqual({ outcome: 'refused', reason: 'The token has expired.' })
    }
  })

  it('is tried by ten keys at most: each try costs', async () => {
    const { keys, authenticate } = await keysOf('ES256', 11, () => undefined)
    const outcomes = await Promise.all(keys.map(async ({ sign }) => authenticate(`Bearer ${await sign({}, NO_KID)}`)))
    expect(outcomes.slice(0, 10).map(({ outcome }) => outcome)).toEqual(Array(10).fill('known'))
    expect(outcomes[10]).toEqual(NOT_VALID)
  })

  it('without a kid causes a fetch of keys if none fits, but not repeatedly', async () => {
    const { issuer: url, sign, newKey, publish, fetches } = await opened()
    const authenticate = authenticator(url)
    const second = await newKey('second')
    const tokens = await Promise.all([sign({}, NO_KID), second.sign({}, NO_KID), second.sign({ sub: 'ben' }, NO_KID)])
    const [before, after, later2] = tokens.map((token) => `Bearer ${token}`)
    expect(await authenticate(before)).toMatchObject({ outcome: 'known' })
    expect(await authenticate(after)).toEqual(NOT_VALID)
    expect(fetches()).toBe(1)
    publish([second.jwk])
    later(6_000)
    expect(await authenticate(after)).toMatchObject({ outcome: 'known' })
    expect(await authenticate(later2)).toMatchObject({ outcome: 'known' })
    expect(fetches()).toBe(2)
  })
})

describe("an issuer's keys", () => {
  it('are fetched once, and again for a key not seen before', async () => {
    const rotating = await startIssuer()
    const authenticate = authenticator(rotating.issuer)
    for (let i = 0; i < 3; i++) await authenticate(`Bearer ${await rotating.sign()}`)
    expect(rotating.fetches()).toBe(1)

    const second = await rotating.newKey('second')
    rotating.publish([second.jwk])
    later(6_000) // a moment after the last fetch nothing is fetched again, whatever strangers send
    expect(await authenticate(`Bearer ${await second.sign()}`)).toMatchObject({ outcome: 'known' })
    expect(await authenticate(`Bearer ${await rotating.sign()}`)).toMatchObject({ outcome: 'refused' })
    expect(rotating.fetches()).toBe(2)
    await rotating.close()
  })

  it('stay good while it is down, even when they are old', async () => {
    const failing = await startIssuer()
    const authenticate = authenticator(failing.issuer)
    await authenticate(`Bearer ${await failing.sign()}`)
    await failing.close()
    later(20 * 60_000)
    expect(await authenticate(`Bearer ${await failing.sign()}`)).toMatchObject({ outcome: 'known' })
    // Perhaps it has a new key by now: that token is not wrong, it cannot be checked.
    const second = await failing.newKey('second')
    expect(await authenticate(`Bearer ${await second.sign()}`)).toEqual({ outcome: 'unavailable' })
  })

  it('are not fetched repeatedly for unknown ones while the issuer fails, and are fetched when it answers', async () => {
    const failing = await startIssuer()
    const authenticate = authenticator(failing.issuer)
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((kid) => failing.sign({}, { kid })))
    const second = await failing.newKey('second')
    await authenticate(`Bearer ${await failing.sign()}`)
    failing.fail(true)
    later(6_000)
    for (const token of made) expect(await authenticate(`Bearer ${token}`)).toEqual({ outcome: 'unavailable' })
    expect(failing.fetches()).toBe(2)
    failing.fail(false)
    failing.publish([second.jwk])
    later(2_000)
    expect(await authenticate(`Bearer ${await second.sign()}`)).toMatchObject({ outcome: 'known' })
    expect(failing.fetches()).toBe(3)
    await failing.close()
  })

  it('that are old are fetched again a minute after a failure', async () => {
    const failing = await startIssuer()
    const lines: string[] = []
    const log = pino({}, { write: (line: string) => lines.push(line) })
    const authenticate = create({ issuers: [{ issuer: failing.issuer }], log })
    const ask = async () => authenticate(`Bearer ${await failing.sign()}`)
    await ask()
    failing.fail(true)
    later(11 * 60_000)
    await ask()
    await until(() => lines.some((line) => line.includes('issuer unavailable')))
    failing.fail(false)
    failing.publish([])
    later(2 * 60_000)
    expect(await ask()).toMatchObject({ outcome: 'known' })
    await until(async () => (await ask()).outcome === 'refused')
    expect(failing.fetches()).toBe(3)
    await failing.close()
  })

  it('that are old are fetched again in the background', async () => {
    const ageing = await startIssuer()
    const authenticate = authenticator(ageing.issuer)
    await authenticate(`Bearer ${await ageing.sign()}`)
    later(20 * 60_000)
    await authenticate(`Bearer ${await ageing.sign()}`)
    await until(() => ageing.fetches() === 2)
    await ageing.close()
  })

  it('that cannot be had make no token wrong: it cannot be checked now, and can later', async () => {
    const late = await startIssuer()
    const token = `Bearer ${await late.sign()}`
    const authenticate = authenticator(late.issuer)
    late.publish([])
    await late.close()
    expect(await authenticate(token)).toEqual({ outcome: 'unavailable' })
    expect(await authenticator(late.issuer)(undefined)).toMatchObject({ outcome: 'known' })
  })
})
