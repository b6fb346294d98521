// node proofs/containers/order.ts ROUTER_URL ISSUER_URL: an order from the menu to the door, by the demo users, at a system that this
// process did not start. DEMO_SECRET is the issuer's. Prints the order's facts; exits with 1 if it is not delivered.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../chassis/testing/until.ts'
import { entryBecomes, people } from '../e2e/people.ts'

const [url = '', issuerUrl = ''] = process.argv.slice(2)
const ITEM = '안개꽃한다발'

// What `people` reads of the folder of `npm start`.
const dataDir = mkdtempSync(join(tmpdir(), 'flower-order-'))
writeFileSync(join(dataDir, 'processes.json'), JSON.stringify([{ name: 'account', issuerUrl }]))
writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ demo: process.env.DEMO_SECRET }))
try {
  const app = await until(() => people({ url, dataDir }), 'the issuer gives tokens')
  const item = await until(() => app.itemCalled(ITEM), 'the menu has the demo shop')
  const { order } = await until(async () => {
    const placed = await app.place('lee', item, 1)
    return placed.__typename === 'OrderPayload' && placed
  }, 'an order is placed and paid')
  await app.stepWhenReady('bundang', 'receive', order.id)
  await app.stepWhenReady('bundang', 'decorate', order.id)
  await app.stepWhenReady('rider', 'depart', order.id)
  await app.stepWhenReady('rider', 'complete', order.id)
  const { orderStatus, timeline } = await entryBecomes(app, 'lee', order.id, 'DELIVERED')
  console.log(`${orderStatus}: ${timeline.map(({ fact }) => fact).join(', ')}`)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  rmSync(dataDir, { recursive: true })
}
