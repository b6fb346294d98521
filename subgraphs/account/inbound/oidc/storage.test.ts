import { describe, expect, it } from '@jest/globals'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { storage } from './storage.ts'

/** Ports whose every use is recorded. */
function recorded() {
  const ports = memoryPorts()
  const calls: string[] = []
  const watched = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        calls.push(String(name))
        return Reflect.get(target, name, receiver)
      },
    })
  return {
    calls,
    storageOf: storage({
      state: watched(ports.state),
      clients: watched(ports.clients),
      apps: watched(ports.apps),
      revocations: watched(ports.revocations),
    }),
  }
}

const IMPOSSIBLE: [string, unknown][] = [
  ['NUL', 'a\0b'],
  ['a line break', 'a\nb'],
  ['half a surrogate', '\ud800'],
  ['a letter that is not ASCII', 'é'],
  ['10 KB', 'a'.repeat(10_240)],
  ['nothing', ''],
  ['no text', ['a']],
  ['no value', undefined],
]

describe('the storage of the provider', () => {
  it.each(IMPOSSIBLE)('asks the database nothing about an id with %s', async (_, impossible) => {
    const id = impossible as string // whatever a caller sends
    for (const kind of ['Client', 'Session', 'AuthorizationCode']) {
      const { calls, storageOf } = recorded()
      const kept = storageOf(kind)
      for (const ask of [
        kept.find,
        kept.findByUid,
        kept.findByUserCode,
        kept.consume,
        kept.destroy,
        kept.revokeByGrantId,
      ])
        expect(await ask(id)).toBeUndefined()
      await expect(kept.upsert(id, {}, 60)).rejects.toMatchObject({ statusCode: 400, error: 'invalid_request' })
      expect(calls).toEqual([])
    }
  })

  const interaction = (state: string) => {
    const { calls, storageOf } = recorded()
    return { calls, kept: storageOf('Interaction').upsert('id', { params: { state } }, 60) }
  }

  it.each(['a\0b', '\ud83c', '\udf38', '\\\0'])('keeps nothing that a client sent with %j in it', async (state) => {
    const { calls, kept } = interaction(state)
    await expect(kept).rejects.toMatchObject({ statusCode: 400, error: 'invalid_request' })
    expect(calls).toEqual([])
  })

  it.each(['a\\u0000b', '\\ud83c', '🌸', 'a\u0001b', ''])('keeps %j', async (state) => {
    const { calls, kept } = interaction(state)
    await kept
    expect(calls).toEqual(['upsert'])
  })
})
