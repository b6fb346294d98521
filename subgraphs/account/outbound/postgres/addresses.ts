import { LockMode, type MikroORM } from '@mikro-orm/postgresql'
import type { Addresses } from '../../application/ports.ts'
import { AddressRow, UserRow } from './rows.ts'

const addressOf = ({ key, label, name, phone, address, postalCode = null }: AddressRow) => ({
  key,
  label,
  name,
  phone,
  address,
  postalCode,
})

/** People's address books on PostgreSQL. */
export const postgresAddresses = (orm: MikroORM): Addresses => ({
  of: async (userIds) => {
    const where = { userId: { $in: [...userIds] } }
    const rows = await orm.em.fork().find(AddressRow, where, { orderBy: { label: 'asc', key: 'asc' } })
    const byUser = Map.groupBy(rows, ({ userId }) => userId)
    return new Map([...byUser].map(([userId, own]) => [userId, own.map(addressOf)]))
  },
  save: (userId, address, most) =>
    orm.em.fork().transactional(async (em) => {
      // Under the user's lock, so that of two at once only one gets the last place, and none is left behind by erasing.
      const user = await em.findOne(
        UserRow,
        { id: userId, name: { $ne: '' } },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      )
      if (!user) return 'gone'
      const { key } = address
      if ((await em.count(AddressRow, { userId, key: { $ne: key } })) >= most) return 'full'
      await em.upsert(AddressRow, { userId, ...address })
      return 'saved'
    }),
  remove: async (userId, key) => {
    await orm.em.fork().nativeDelete(AddressRow, { userId, key })
  },
})
