import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { fakeOnly } from '../../chassis/testing/fake-only.ts'
import { startIssuer } from '../testing/issuer.ts'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'
import { createAdmission } from './load.ts'

afterEach(() => {
  jest.useRealTimers()
})

describe('a router', () => {
  const body = JSON.stringify({ query: '{ hours }' })
  let issuer: Awaited<ReturnType<typeof startIssuer>>
  let router: Awaited<ReturnType<typeof startTestRouter>> | undefined
  beforeAll(async () => {
    issuer = await startIssuer()
  })
  afterAll(() => issuer.close())
  afterEach(() => router?.close())

  /** Asks as somebody behind a proxy, and tells the answer's status. Hardly anything comes back to a bucket meanwhile. */
  const start = async (settings: { RATE_BURST: number; TRUST_PROXY: number }) => {
    const started = await startTestRouter(library, {
      ...{ RATE_PER_SECOND: 0.001, JWT_ISSUERS: [{ issuer: issuer.issuer }] },
      ...settings,
    })
    router = started
    const bearer = async (sub: string) => `Bearer ${await issuer.sign({ sub })}`
    const from = async (address: string, authorization?: string) => {
      const headers = { 'x-forwarded-for': address, ...(authorization && { authorization }) }
      return (await started.post(body, headers)).status
    }
    return { bearer, from }
  }

  it('has a flood of unknown tokens pay by its address, and those whose token is good go on', async () => {
    const { bearer, from } = await start({ RATE_BURST: 5, TRUST_PROXY: 1 })
    const [ann, bob] = [await bearer('ann'), await bearer('bob')]
    expect(await from('192.0.2.7', ann)).toBe(200)
    const flood: number[] = []
    for (let n = 0; n < 6; n++) flood.push(await from('192.0.2.7', `${await bearer('ann')}x`))
    expect(flood).toEqual([401, 401, 401, 401, 429, 429])
    // Nothing of it is checked any more, good or not.
    expect([await from('192.0.2.7', bob), await from('192.0.2.7')]).toEqual([429, 429])
    expect([await from('192.0.2.7', ann), await from('198.51.100.1', bob)]).toEqual([200, 200])
  })

  it('counts a user’s requests from all addresses, with any of their tokens', async () => {
    const { bearer, from } = await start({ RATE_BURST: 2, TRUST_PROXY: 1 })
    const statuses = [await from('192.0.2.1', await bearer('ann')), await from('192.0.2.2', await bearer('ann'))]
    expect([...statuses, await from('192.0.2.3', await bearer('ann'))]).toEqual([200, 200, 429])
  })

  it('takes the addresses of one IPv6 network for one', async () => {
    const { from } = await start({ RATE_BURST: 1, TRUST_PROXY: 1 })
    expect(await from('2001:db8:1:2::5')).toBe(200)
    expect([await from('2001:db8:1:2:ffff::6'), await from('2001:db8:1:3::5')]).toEqual([429, 200])
  })

  it('does not believe what a client says of its address, where no proxy is in front', async () => {
    const { from } = await start({ RATE_BURST: 1, TRUST_PROXY: 0 })
    expect([await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([200, 429])
  })
})

describe('an admission', () => {
  it('admits a number, lets others wait in order, and refuses the rest at once', async () => {
    const admission = createAdmission({ atOnce: 2, queue: 2, waitMs: 10_000 })
    const first = await admission.admit('ann')
    await admission.admit('ann')
    const order: string[] = []
    const third = admission.admit('ann').finally(() => order.push('third'))
    const fourth = admission.admit('ann').finally(() => order.push('fourth'))
    expect(await admission.admit('ann')).toBeNull()
    expect([admission.active(), admission.waiting()]).toEqual([2, 2])
    first?.()
    first?.() // Leaving twice is leaving once.
    const leaveThird = await third
    expect([order, admission.waiting()]).toEqual([['third'], 1])
    leaveThird?.()
    ;(await fourth)?.()
    expect([order, admission.active(), admission.waiting()]).toEqual([['third', 'fourth'], 1, 0])
  })

  it('limits the time of waiting', async () => {
    jest.useFakeTimers()
    const admission = createAdmission({ atOnce: 1, queue: 5, waitMs: 500 })
    const release = await admission.admit('ann')
    const waiting = admission.admit('ann')
    jest.advanceTimersByTime(500)
    expect(await waiting).toBeNull()
    release?.()
    expect([admission.active(), admission.waiting()]).toEqual([0, 0])
    expect(await admission.admit('ann')).not.toBeNull()
  })

  it('gives one client a share of the places only, also of those to wait in', async () => {
    fakeOnly('setTimeout', 'clearTimeout')
    const admission = createAdmission({ atOnce: 4, atOnceEach: 2, queue: 4, waitMs: 10_000 })
    const first = await admission.admit('flood')
    await admission.admit('flood')
    const waiting = [admission.admit('flood'), admission.admit('flood')]
    expect(await admission.admit('flood')).toBeNull()
    expect([admission.active(), admission.waiting()]).toEqual([2, 2])
    expect(await admission.admit('ann')).not.toBeNull()
    first?.()
    expect(await waiting[0]).not.toBeNull()
    expect([admission.active(), admission.waiting()]).toEqual([3, 1])
  })

  it('lets clients take turns where many of them fill all places', async () => {
    fakeOnly('setTimeout', 'clearTimeout')
    const admission = createAdmission({ atOnce: 2, queue: 10, waitMs: 10_000 })
    const places = [await admission.admit('flood'), await admission.admit('flood')]
    const order: string[] = []
    const wait = (client: string) => void admission.admit(client).then(() => order.push(client))
    for (const client of ['flood', 'flood', 'flood', 'ann', 'bob']) wait(client)
    for (const leave of places) leave?.()
    await new Promise(setImmediate)
    expect([order, admission.active()]).toEqual([['flood', 'ann'], 2])
  })
})
