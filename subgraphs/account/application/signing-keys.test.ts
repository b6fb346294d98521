import { describe, expect, it } from '@jest/globals'
import { publishedKeys } from '../domain/signing-key.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { ensureSigningKeys, rotateKeys } from './signing-keys.ts'

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
