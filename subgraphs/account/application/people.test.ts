import { beforeEach, describe, expect, it } from '@jest/globals'
import type { User } from '../domain/user.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { askRole, findByPhone, giveRole, isSignedOut, listAsked, refuseRole, signOutEverywhere } from './people.ts'

const lee: User = { id: '01900000-0000-7000-8000-000000000001', name: '이하늘', roles: ['CUSTOMER'] }
let ports: ReturnType<typeof memoryPorts>
beforeEach(async () => {
  ports = memoryPorts()
  await ports.users.signUp(lee, 'tel:+821012345678')
})

describe('roles', () => {
  it('are asked for, and given by an operator', async () => {
    const { users } = ports
    expect(await listAsked(users)).toEqual({ done: 'Nobody has asked for a role.' })
    expect(await askRole(users, lee.id, 'RIDER', false)).toBe('asked')
    expect(await listAsked(users)).toEqual({ done: expect.stringMatching(`Z  ${lee.id}  RIDER  이하늘$`) })
    expect((await users.byIds([lee.id]))[0]?.roles).toEqual(['CUSTOMER'])
    expect(await giveRole(users, lee.id.toUpperCase(), 'RIDER')).toEqual({
      done: expect.stringContaining('CUSTOMER, RIDER'),
    })
    expect(await listAsked(users)).toEqual({ done: 'Nobody has asked for a role.' })
  })

  it('are given at once in development, but nobody can ask to be an operator', async () => {
    expect(await askRole(ports.users, lee.id, 'STORE_OWNER', true)).toBe('given')
    expect((await ports.users.byIds([lee.id]))[0]?.roles).toEqual(['CUSTOMER', 'STORE_OWNER'])
    expect(await refuseRole(ports.users, lee.id, 'OPERATOR')).toHaveProperty('problem')
    expect(await giveRole(ports.users, lee.id, 'OPERATOR')).toEqual({ done: expect.stringContaining('OPERATOR') })
  })

  it('are refused', async () => {
    await askRole(ports.users, lee.id, 'RIDER', false)
    expect(await refuseRole(ports.users, lee.id, 'RIDER')).toHaveProperty('done')
    expect(await refuseRole(ports.users, lee.id, 'RIDER')).toEqual({ problem: `${lee.id} has not asked for RIDER.` })
  })

  it('are given to nobody who has erased themselves', async () => {
    await ports.users.erase(lee.id, 0, 0)
    expect(await giveRole(ports.users, lee.id, 'RIDER')).toEqual({ problem: `There is no user ${lee.id}.` })
  })

  it.each([
    ['nobody', 'RIDER'],
    ['01900000-0000-7000-8000-0000000000ff', 'RIDER'],
    [lee.id, 'rider'],
  ])('are not given: %s, %s', async (id, role) => {
    expect(await giveRole(ports.users, id, role)).toHaveProperty('problem')
  })
})

it('an operator finds a person by their number', async () => {
  expect(await findByPhone(ports.users, '010 1234-5678')).toEqual({ done: `${lee.id}  CUSTOMER  이하늘` })
  expect(await findByPhone(ports.users, '010-1234-5679')).toEqual({ problem: 'Nobody signs in by +821012345679.' })
  expect(await findByPhone(ports.users, 'lee')).toEqual({ problem: 'lee is no mobile number.' })
})

it('signing out everywhere ends tokens, sessions and what hangs on them', async () => {
  await ports.state.upsert('Session', 's', { accountId: lee.id }, 60)
  await ports.state.upsert('Session', 't', { accountId: 'another' }, 60)
  await signOutEverywhere(ports, lee.id, 1_000_000)
  expect(await ports.state.find('Session', 'id', 's')).toBeUndefined()
  expect(await ports.state.find('Session', 'id', 't')).toBeDefined()
  expect(await ports.revocations.all()).toEqual([{ kind: 'subject', id: lee.id, before: 1_005 }])
  const over = (second: number) => isSignedOut(ports.users, lee.id, second)
  expect([await over(999), await over(1_000), await over(1_001)]).toEqual([true, true, false])
})
