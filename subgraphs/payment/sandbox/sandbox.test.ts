import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { listen } from '../../../chassis/http.ts'
import { type Book, openBook } from './book.ts'
import { sandboxConfig } from './config.ts'
import { routesOf } from './routes.ts'
import { type Sandbox, sandbox } from './sandbox.ts'

const now = () => new Date('2026-01-01T00:00:00Z')
const amount = { amount: 50_000, currency: 'KRW' }
const terms = (key: string) => ({ key, reference: 'order-1', amount })

let book: Book
let provider: Sandbox
const start = (file?: string) => {
  book = openBook(file)
  provider = sandbox(book, now)
  provider.change({ latencyMs: { min: 0, max: 0 } })
}
beforeEach(() => start())
const written = () => book.entries.map(({ type, key }) => `${type} ${key}`)
const outcome = (outcome: string, more: object = {}) => ({ status: 200, body: { outcome, ...more } })

describe('the tokens', () => {
  it('tok_ok is charged', async () => {
    expect(await provider.charge(terms('k'), 'tok_ok')).toEqual(outcome('charged'))
    expect(book.entries).toEqual([{ at: now().toISOString(), type: 'charge', chargeKey: 'k', ...terms('k') }])
  })

  it.each([
    ['tok_declined', 'insufficient funds'],
    ['tok_nobody_knows', 'Unknown token'],
  ])('%s is declined, and says why', async (token, reason) => {
    const declined = outcome('declined', { reason: expect.stringContaining(reason) })
    expect(await provider.charge(terms('k'), token)).toEqual(declined)
    expect(written()).toEqual(['decline k'])
  })

  it('tok_lost is charged but not answered until the call is repeated with its key', async () => {
    expect(await provider.charge(terms('k'), 'tok_lost')).toBeNull()
    expect(await provider.charge(terms('k'), 'tok_lost')).toEqual(outcome('charged'))
    expect(written()).toEqual(['charge k'])
  })

  it('tok_unavailable is 503 without effect', async () => {
    expect(await provider.charge(terms('k'), 'tok_unavailable')).toMatchObject({ status: 503 })
    expect(written()).toEqual([])
  })
})

describe('a key', () => {
  it('takes effect once, also if it is repeated or concurrent', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => provider.charge(terms('k'), 'tok_ok')))
    expect(answers).toEqual([1, 2, 3].map(() => outcome('charged')))
    await provider.refund(terms('r'), 'k')
    expect(await provider.refund(terms('r'), 'k')).toEqual(outcome('refunded'))
    expect(written()).toEqual(['charge k', 'refund r'])
  })

  it('is for one request only', async () => {
    await provider.charge(terms('k'), 'tok_ok')
    const other = { ...terms('k'), amount: { amount: 1, currency: 'KRW' } }
    expect(await provider.charge(other, 'tok_ok')).toMatchObject({ status: 422 })
    expect(await provider.refund(terms('k'), 'k')).toMatchObject({ status: 422 })
  })
})

describe('a void', () => {
  it('returns what was charged, once', async () => {
    await provider.charge(terms('k'), 'tok_ok')
    expect(await provider.void('k', 'order-1')).toEqual(outcome('voided'))
    expect(await provider.void('k', 'order-1')).toEqual(outcome('voided'))
    expect(await provider.charge(terms('k'), 'tok_ok')).toEqual(outcome('voided'))
    expect(await provider.refund(terms('r'), 'k')).toEqual(outcome('voided'))
    expect(written()).toEqual(['charge k', 'void k'])
  })

  it('of a key not known yet keeps a charge from being made that is on its way', async () => {
    provider.change({ latencyMs: { min: 20, max: 20 } })
    const slow = provider.charge(terms('k'), 'tok_ok')
    provider.change({ latencyMs: { min: 0, max: 0 } })
    expect(await provider.void('k', 'order-1')).toEqual(outcome('voided'))
    expect(await slow).toEqual(outcome('voided'))
    expect(written()).toEqual(['void k'])
  })

  it('changes nothing if there is nothing to return', async () => {
    await provider.charge(terms('d'), 'tok_declined')
    expect(await provider.void('d', 'order-1')).toMatchObject(outcome('declined'))
    await provider.charge(terms('k'), 'tok_ok')
    await provider.refund(terms('r'), 'k')
    expect(await provider.void('k', 'order-1')).toEqual(outcome('refunded'))
    expect(written()).toEqual(['decline d', 'charge k', 'refund r'])
  })
})

describe('a refund', () => {
  it('with another key is another refund: the merchant must prevent it', async () => {
    await provider.charge(terms('k'), 'tok_ok')
    const part = (key: string) => ({ ...terms(key), amount: { amount: 20_000, currency: 'KRW' } })
    expect(await provider.refund(part('r1'), 'k')).toEqual(outcome('refunded'))
    expect(await provider.refund(part('r1'), 'k')).toEqual(outcome('refunded'))
    expect(await provider.refund(part('r2'), 'k')).toEqual(outcome('refunded'))
    expect(written()).toEqual(['charge k', 'refund r1', 'refund r2'])
  })

  it('is declined if it is nothing, or with those before it more than the charge', async () => {
    expect(await provider.refund(terms('r'), 'k')).toMatchObject({ status: 422 })
    await provider.charge(terms('k'), 'tok_ok')
    const of = (key: string, amount: number) =>
      provider.refund({ ...terms(key), amount: { amount, currency: 'KRW' } }, 'k')
    expect(await of('more', 50_001)).toMatchObject(outcome('declined'))
    expect(await of('nothing', 0)).toMatchObject(outcome('declined'))
    expect(await of('r1', 30_000)).toEqual(outcome('refunded'))
    expect(await of('r2', 20_001)).toMatchObject(outcome('declined'))
    expect(await of('r3', 20_000)).toEqual(outcome('refunded'))
    expect(written()).toEqual(['charge k', 'refund r1', 'refund r3'])
  })
})

describe('the settings', () => {
  it('capacity: more at once are 503 without effect', async () => {
    provider.change({ capacity: 1 })
    const answers = await Promise.all([provider.charge(terms('a'), 'tok_ok'), provider.charge(terms('b'), 'tok_ok')])
    expect(answers).toEqual([outcome('charged'), expect.objectContaining({ status: 503 })])
    expect(written()).toEqual(['charge a'])
  })

  it('errorRate: such a share is 503 without effect, of everything', async () => {
    await provider.charge(terms('k'), 'tok_ok')
    provider.change({ errorRate: 1 })
    expect(await provider.charge(terms('b'), 'tok_ok')).toMatchObject({ status: 503 })
    expect(await provider.void('k', 'order-1')).toMatchObject({ status: 503 })
    expect(await provider.refund(terms('r'), 'k')).toMatchObject({ status: 503 })
    expect(written()).toEqual(['charge k'])
  })
})

describe('the setting lostRate', () => {
  it('has requests take effect without an answer; repeated by their keys, they are answered', async () => {
    provider.change({ lostRate: 1 })
    expect(await provider.charge(terms('k'), 'tok_ok')).toBeNull()
    provider.change({ lostRate: 0 })
    expect(await provider.charge(terms('k'), 'tok_ok')).toEqual(outcome('charged'))
    expect(written()).toEqual(['charge k'])
  })
})

describe('the port', () => {
  const token = 't'.repeat(32)

  it.each(['/charges', '/voids', '/refunds', '/book', '/settings'])(
    '%s answers only requests with the token',
    async (path) => {
      const server = await listen({
        host: '127.0.0.1',
        port: 0,
        needs: [],
        routes: routesOf(provider, token, new Set()),
      })
      const statusWith = async (authorization?: string) => {
        const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
          headers: authorization ? { authorization } : {},
        })
        return response.status
      }
      for (const wrong of [undefined, token, 'Bearer', `Bearer ${token}x`, `Basic ${btoa(`a:${token}`)}`])
        expect(await statusWith(wrong)).toBe(401)
      expect(await statusWith(`Bearer ${token}`)).not.toBe(401)
      expect((await fetch(`http://127.0.0.1:${server.port}/health`)).status).toBe(200)
      await server.close()
    },
  )

  it('answers to the names of this machine, and those it is given', () => {
    const read = (settings: object) => sandboxConfig.parse({ NODE_ENV: 'test', PROVIDER_TOKEN: token, ...settings })
    expect(read({}).HOST_NAMES).toEqual([])
    expect(read({ HOST_NAMES: 'provider,bank' }).HOST_NAMES).toEqual(['provider', 'bank'])
  })

  it.each(['production', undefined, 'prod'])('is never opened with NODE_ENV=%s', (NODE_ENV) => {
    const wrong = sandboxConfig.safeParse({ NODE_ENV, PROVIDER_TOKEN: token }).error?.issues.map(({ path }) => path[0])
    expect(wrong).toEqual(['NODE_ENV'])
  })

  it.each(['development', 'test'])('needs a key with NODE_ENV=%s', (NODE_ENV) => {
    expect(sandboxConfig.safeParse({ NODE_ENV, PROVIDER_TOKEN: token }).success).toBe(true)
    for (const PROVIDER_TOKEN of [undefined, 'short'])
      expect(sandboxConfig.safeParse({ NODE_ENV, PROVIDER_TOKEN }).success).toBe(false)
  })
})

describe('the book', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'book-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('survives a restart, with every key', async () => {
    const file = join(folder, 'provider', 'book.jsonl')
    start(file)
    await provider.charge(terms('k'), 'tok_lost')
    await provider.charge(terms('d'), 'tok_declined')
    await provider.void('v', 'order-1')
    start(file)
    expect(written()).toEqual(['charge k', 'decline d', 'void v'])
    expect(await provider.charge(terms('k'), 'tok_lost')).toEqual(outcome('charged'))
    expect(await provider.charge(terms('d'), 'tok_ok')).toMatchObject(outcome('declined'))
    expect(await provider.charge(terms('v'), 'tok_ok')).toEqual(outcome('voided'))
  })

  it('is its owner’s to read, also one that was made more open', async () => {
    const file = join(folder, 'provider', 'book.jsonl')
    const modes = () => [join(folder, 'provider'), file].map((path) => statSync(path).mode & 0o777)
    start(file)
    await provider.charge(terms('k'), 'tok_ok')
    expect(modes()).toEqual([0o700, 0o600])
    chmodSync(file, 0o644)
    start(file)
    expect(modes()).toEqual([0o700, 0o600])
  })

  it('drops a line that a killed process left half written', async () => {
    const file = join(folder, 'book.jsonl')
    start(file)
    await provider.charge(terms('k'), 'tok_ok')
    writeFileSync(file, '{"at":"2026-01', { flag: 'a' })
    start(file)
    await provider.charge(terms('l'), 'tok_ok')
    start(file)
    expect(written()).toEqual(['charge k', 'charge l'])
  })
})
