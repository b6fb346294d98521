import { describe, expect, it } from '@jest/globals'
import { revocationKey } from '../../../chassis/revocations.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { revocationList, revoke } from './revocations.ts'

const NOW = 1_000_000
const kim = { id: 'a1900000-0000-7000-8000-000000000001', name: '김', roles: ['CUSTOMER' as const, 'RIDER' as const] }

async function start() {
  const ports = memoryPorts()
  await ports.users.keep(kim, 'kim')
  await ports.clients.keep({ id: 'reports', name: 'Reports', secretHash: '', scopes: [] })
  const rolesOf = async () => (await ports.users.byIds([kim.id]))[0]?.roles
  return { ports, rolesOf }
}

describe('revoking', () => {
  it.each([
    ['a user', kim.id, 'subject', kim.id],
    ['a user, whose id is in capitals', kim.id.toUpperCase(), 'subject', kim.id],
    ['a machine client', 'reports', 'client', 'reports'],
  ])('ends the tokens of %s, those made in the next five seconds too: clocks differ', async (_, id, kind, kept) => {
    const { ports, rolesOf } = await start()
    expect(await revoke(ports, { id }, NOW)).toHaveProperty('done')
    expect(await ports.revocations.all()).toEqual([{ kind, id: kept, before: 1_005 }])
    expect(await rolesOf()).toEqual(kim.roles)
  })

  it('takes roles from a user, and ends the tokens that have them; twice is no harm', async () => {
    const { ports, rolesOf } = await start()
    for (const [now, before] of [
      [NOW, 1_005],
      [NOW + 60_000, 1_065],
    ] as const) {
      expect(await revoke(ports, { id: kim.id, roles: ['RIDER', 'STORE_OWNER'] }, now)).toEqual({
        done: expect.stringContaining(`${kim.id} has the roles CUSTOMER now.`),
      })
      expect(await rolesOf()).toEqual(['CUSTOMER'])
      expect(await ports.revocations.all()).toEqual([{ kind: 'subject', id: kim.id, before }])
    }
  })

  it.each([
    ['nobody', { id: 'nobody' }, 'There is no user, machine client or app nobody.'],
    [
      'a user who is not there',
      { id: 'b1900000-0000-7000-8000-000000000001' },
      'There is no user, machine client or app',
    ],
    [
      'a role that does not exist',
      { id: kim.id, roles: ['RIDER', 'BOSS', ''] },
      'No such role: BOSS, . There are: CUSTOMER',
    ],
    [
      'a role of a machine client',
      { id: 'reports', roles: ['RIDER'] },
      'reports is a machine client or an app, which has no roles.',
    ],
  ])('%s changes nothing', async (_, request, problem) => {
    const { ports, rolesOf } = await start()
    expect(await revoke(ports, request, NOW)).toEqual({ problem: expect.stringContaining(problem) })
    expect([await ports.revocations.all(), await rolesOf()]).toEqual([[], kim.roles])
  })
})

it('the list of revocations names nobody', () => {
  const list = revocationList([
    { kind: 'client', id: 'reports', before: 1 },
    { kind: 'key', id: 'kid', before: 2 },
    { kind: 'subject', id: kim.id, before: 3 },
  ])
  expect(list).toEqual({
    subjects: { [revocationKey(kim.id)]: 3 },
    clients: { [revocationKey('reports')]: 1 },
    keys: ['kid'],
  })
  expect(JSON.stringify(list)).not.toContain('reports')
  expect(JSON.stringify(list)).not.toContain(kim.id)
})
