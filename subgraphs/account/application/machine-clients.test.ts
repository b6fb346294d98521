import { describe, expect, it } from '@jest/globals'
import { memoryPorts } from '../testing/memory-ports.ts'
import { isSecret, registerClient, removeClient } from './machine-clients.ts'

const NOW = 1_000_000
const reports = { id: 'reports', name: 'Reports', scopes: ['payments:read'] }

describe('registering a machine client', () => {
  it('gives out the secret once and keeps only what recognises it', async () => {
    const { clients } = memoryPorts()
    const registered = await registerClient(clients, reports, NOW)
    const secret = 'secret' in registered ? registered.secret : ''
    const kept = await clients.find('reports')
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(isSecret(secret, kept?.secretHash ?? '')).toBe(true)
    expect(isSecret(`${secret}x`, kept?.secretHash ?? '')).toBe(false)
  })

  it.each([
    ['a scope that does not exist', { scopes: ['payments:write'] }, 'No such scope: payments:write'],
    ['an id that is a user’s', { id: '01900000-0000-7000-8000-000000000001' }, 'A client id is'],
    [
      'an id that could be a user’s',
      { id: 'a1900000-0000-7000-8000-000000000001' },
      'must not look like the id of a user',
    ],
    ['an id that could be an audience', { id: 'urn:flower-delivery:api' }, 'A client id is'],
    ['the audience that tokens had', { id: 'flower-delivery' }, 'it was the audience of our tokens'],
    ['the demo client’s id', { id: 'demo' }, 'demo users'],
    ['the demo machine’s id', { id: 'demo-machine' }, 'demo machine client'],
    ['an id that is somebody else in a log', { id: 'router' }, 'The id router is reserved'],
    ['capitals', { id: 'Reports' }, 'A client id is'],
    ['an id with NUL', { id: 'reports\0' }, 'A client id is'],
    ['a long id', { id: 'r'.repeat(51) }, 'A client id is'],
  ])('refuses %s', async (_, change, problem) => {
    const { clients } = memoryPorts()
    const request = { ...reports, ...change }
    for (const replace of [false, true])
      expect(await registerClient(clients, { ...request, replace }, NOW)).toEqual({
        problem: expect.stringContaining(problem),
      })
    expect(await clients.find(request.id)).toBeNull()
  })

  it('takes an id that is a word of the language, such as constructor', async () => {
    const { clients } = memoryPorts()
    expect(await registerClient(clients, { ...reports, id: 'constructor' }, NOW)).toHaveProperty('secret')
  })

  it('replaces a client only if that is asked for, and then ends its tokens', async () => {
    const { clients, revocations } = memoryPorts()
    await registerClient(clients, reports, NOW)
    const first = await clients.find('reports')
    const change = { ...reports, scopes: [] }
    expect(await registerClient(clients, change, NOW)).toEqual({ problem: expect.stringContaining('--replace') })
    expect([await clients.find('reports'), await revocations.all()]).toEqual([first, []])

    expect(await registerClient(clients, { ...change, replace: true }, NOW)).toHaveProperty('secret')
    expect(await clients.find('reports')).toMatchObject({
      scopes: [],
      secretHash: expect.not.stringMatching(first?.secretHash ?? ''),
    })
    expect(await revocations.all()).toEqual([{ kind: 'client', id: 'reports', before: 1_005 }])
  })

  it('replaces no client that is not there: its id is mistyped', async () => {
    const { clients } = memoryPorts()
    expect(await registerClient(clients, { ...reports, replace: true }, NOW)).toEqual({
      problem: 'There is no client reports to replace.',
    })
    expect(await clients.find('reports')).toBeNull()
  })
})

describe('removing a machine client', () => {
  it('ends its tokens, too', async () => {
    const { clients, revocations } = memoryPorts()
    await registerClient(clients, reports, NOW)
    expect(await removeClient(clients, 'reports', NOW)).toHaveProperty('done')
    expect(await clients.find('reports')).toBeNull()
    expect(await revocations.all()).toEqual([{ kind: 'client', id: 'reports', before: 1_005 }])
  })

  it('needs one', async () => {
    const { clients, revocations } = memoryPorts()
    expect(await removeClient(clients, 'report', NOW)).toEqual({ problem: 'There is no client report.' })
    expect(await revocations.all()).toEqual([])
  })
})
