import { afterAll, describe, expect, it } from '@jest/globals'
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

  it('keep private keys so that only KEY_SECRET opens them', async () => {
    const orm = await open()
    const jwk = await makeJwk()
    await postgresPorts(orm, sealingKey('secret')).keys.add({ generation: 1, signsFrom: 0, jwk })
    expect(JSON.stringify(await orm.em.fork().execute('select * from signing_key'))).not.toContain(jwk.d)
    await expect(postgresPorts(orm, sealingKey('another')).keys.all()).rejects.toThrow('KEY_SECRET')
  })
})
