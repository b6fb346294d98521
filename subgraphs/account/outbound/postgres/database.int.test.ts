import { afterAll, describe, expect, it } from '@jest/globals'
import { readFactOn } from '../../../../schema/events/facts.ts'
import { makeJwk } from '../../application/signing-keys.ts'
import { accountDatabase } from '../../testing/account-database.ts'
import { portsSuite } from '../../testing/ports-suite.ts'
import { postgresPorts } from './database.ts'
import { sealingKey } from './sealing.ts'

const closing: (() => Promise<void>)[] = []
async function open() {
  const { orm, close } = await accountDatabase()
  closing.push(close)
  return orm
}
afterAll(async () => {
  await Promise.all(closing.map((close) => close()))
})

describe('the ports on PostgreSQL', () => {
  portsSuite(async () => postgresPorts(await open(), sealingKey('secret')))

  it('say that a person is erased once, in the transaction that erases, however often it is asked for at once', async () => {
    const orm = await open()
    const { users } = postgresPorts(orm, sealingKey('secret'))
    const id = '01900000-0000-7000-8000-000000000301'
    await users.signUp({ id, name: '사람', roles: ['CUSTOMER'] }, 'tel:+821044445555')
    await Promise.all([1, 2, 3].map((n) => users.erase(id, 1_000 * n, 77)))
    await users.erase(id, 9_000, 99)
    await users.erase('01900000-0000-7000-8000-0000000003ff', 9_000, 99)
    const rows = await orm.em.fork().execute('select subject, message from outbox')
    const facts = rows.map(({ subject, message }) => readFactOn(subject, message))
    expect(facts).toMatchObject([{ type: 'UserErased', correlationId: id, data: { userId: id } }])
  })

  it('keep private keys so that only KEY_SECRET opens them', async () => {
    const orm = await open()
    const jwk = await makeJwk()
    await postgresPorts(orm, sealingKey('secret')).keys.add({ generation: 1, signsFrom: 0, jwk })
    expect(JSON.stringify(await orm.em.fork().execute('select * from signing_key'))).not.toContain(jwk.d)
    await expect(postgresPorts(orm, sealingKey('another')).keys.all()).rejects.toThrow('KEY_SECRET')
  })
})
