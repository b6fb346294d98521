import { describe, expect, it } from '@jest/globals'
import { memoryPorts } from '../testing/memory-ports.ts'
import { isSecret, registerClient } from './machine-clients.ts'

describe('registering a machine client', () => {
  it('gives out the secret once and keeps only what recognises it', async () => {
    const { clients } = memoryPorts()
    const registered = await registerClient(clients, { id: 'reports', name: 'Reports', scopes: ['payments:read'] })
    const secret = 'secret' in registered ? registered.secret : ''
    const kept = await clients.find('reports')
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(isSecret(secret, kept?.secretHash ?? '')).toBe(true)
    expect(isSecret(`${secret}x`, kept?.secretHash ?? '')).toBe(false)
  })

  it.each([
    [
      'a scope that does not exist',
      { id: 'reports', name: '', scopes: ['payments:write'] },
      'No such scope: payments:write',
    ],
    ['an id that could be a user', { id: '01900000-0000-7000-8000-000000000001', name: '', scopes: [] }, 'A client id'],
  ])('refuses %s', async (_, request, problem) => {
    const { clients } = memoryPorts()
    expect(await registerClient(clients, request)).toEqual({ problem: expect.stringContaining(problem) })
    expect(await clients.find(request.id)).toBeNull()
  })
})
