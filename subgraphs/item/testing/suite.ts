import { afterAll, beforeAll } from '@jest/globals'
import { menuSuite } from './menu-suite.ts'
import { orderSuite } from './order-suite.ts'
import { type Actors, actors, type Rig } from './rig.ts'

/** What the item context does, on ports of any kind. */
export function itemSuite(makeRig: () => Promise<Rig>): void {
  let at: Actors
  let close: Rig['close'] | undefined
  beforeAll(async () => {
    const rig = await makeRig()
    at = actors(rig)
    close = rig.close
  })
  afterAll(() => close?.())
  menuSuite(() => at)
  orderSuite(() => at)
}
