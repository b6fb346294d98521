import { describe, expect, it } from '@jest/globals'
import { publishedKeys } from '../domain/signing-key.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { describeKeys, ensureSigningKeys, rotateKeys, withdrawKey } from './signing-keys.ts'

const kids = async (keys: ReturnType<typeof ensureSigningKeys>, now: number) =>
  publishedKeys(await keys, now).map((key) => key.jwk.kid)

describe('signing keys', () => {
  it('are made once, whoever starts together', async () => {
    const { keys } = memoryPorts()
    const [one, other] = await Promise.all([kids(ensureSigningKeys(keys, 0), 0), kids(ensureSigningKeys(keys, 0), 0)])
    expect(one).toEqual(other)
    expect(one).toHaveLength(1)
  })

  it('rotate: the next is published at once and signs later', async () => {
    const { keys } = memoryPorts()
    const [first] = await kids(ensureSigningKeys(keys, 0), 0)
    await rotateKeys(keys, 1_000)
    const published = await kids(keys.all(), 1_000)
    expect(published).toEqual([first, expect.any(String)])
    expect(await kids(keys.all(), 3_600_000)).toEqual(published.toReversed())
  })
})

describe('withdrawing a key', () => {
  const HOUR = 3_600_000
  /** Three keys: one retired, one that signs, and one that does not sign yet; their kids, and the time. */
  async function threeKeys() {
    const { keys, revocations } = memoryPorts()
    await ensureSigningKeys(keys, 0)
    await rotateKeys(keys, HOUR)
    const now = 10 * HOUR
    await rotateKeys(keys, now)
    const [retired = '', signing = '', next = ''] = (await keys.all()).map(({ jwk }) => jwk.kid ?? '')
    return { keys, revocations, now, retired, signing, next }
  }

  it('that signs lets the next one sign at once', async () => {
    const { keys, revocations, now, signing, next } = await threeKeys()
    expect(await kids(keys.all(), now)).toEqual([signing, next])
    expect(await withdrawKey(keys, signing, now)).toEqual({ done: expect.stringContaining(`${next}  signs`) })
    expect(await kids(keys.all(), now)).toEqual([next])
    expect(await kids(keys.all(), now + HOUR)).toEqual([next])
    expect(await revocations.all()).toEqual([{ kind: 'key', id: signing, before: 36_005 }])
  })

  it('that signs, where there is no next, makes one: a retired key never signs again', async () => {
    const { keys, now, retired, signing, next } = await threeKeys()
    await withdrawKey(keys, next, now)
    expect(await kids(keys.all(), now)).toEqual([signing])
    await withdrawKey(keys, signing, now)
    const [made] = await kids(keys.all(), now)
    expect([retired, signing, next, undefined]).not.toContain(made)
    await rotateKeys(keys, now)
    expect(await kids(keys.all(), now)).toEqual([made, expect.any(String)])
  })

  it('leaves no private part of it, and never forgets it', async () => {
    const { keys, revocations, now, retired } = await threeKeys()
    await withdrawKey(keys, retired, now)
    expect((await keys.all()).map(({ jwk }) => jwk.kid)).not.toContain(retired)
    await revocations.sweep(Number.POSITIVE_INFINITY)
    expect(await revocations.all()).toMatchObject([{ kind: 'key', id: retired }])
  })

  it('that is not there changes nothing, and lists those that are', async () => {
    const { keys, revocations, now, signing, next } = await threeKeys()
    const problem = `There is no key other. There are:\n${describeKeys(await keys.all(), now)}`
    expect(await withdrawKey(keys, 'other', now)).toEqual({ problem })
    expect(problem.split('\n').slice(1)).toEqual([`${signing}  signs`, `${next}  signs from 1970-01-01T10:15:00.000Z`])
    expect(await revocations.all()).toEqual([])
  })
})
