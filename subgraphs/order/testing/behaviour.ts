import { beforeAll, beforeEach, describe } from '@jest/globals'
import { booking } from './booking.ts'
import { cancelling } from './cancelling.ts'
import { correcting } from './correcting.ts'
import { delivering } from './delivering.ts'
import { erasing } from './erasing.ts'
import { following } from './following.ts'
import { limits } from './limits.ts'
import { paying } from './paying.ts'
import { placing } from './placing.ts'
import { racing } from './racing.ts'
import { type Keeping, openShop, type Rig, rigOn, type Shop } from './rig.ts'
import { windowsAskedFor } from './windows-asked-for.ts'

/** The behaviour of the order context, with any adapter of its tables. */
export function orderBehaviour(keeping: Keeping): void {
  let shop: Shop
  let rig: Rig
  beforeAll(async () => {
    shop = await openShop(keeping)
  })
  beforeEach(() => {
    rig = rigOn(keeping, shop)
  })
  for (const part of [booking, windowsAskedFor, delivering]) describe('in windows', () => part(keeping))
  for (const part of [placing, paying, limits, cancelling, correcting, erasing, following, racing]) part(() => rig)
}
