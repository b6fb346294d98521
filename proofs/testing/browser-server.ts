// A Chromium for tests, as a process of its own: what it unpacks and leaves goes to its TMPDIR, which whoever starts it deletes. It
// prints the address by which playwright-core connects, and ends with its parent.
import chromium from '@sparticuz/chromium'
import { chromium as playwright } from 'playwright-core'

chromium.setGraphicsMode = false
const server = await playwright.launchServer({
  executablePath: await chromium.executablePath(),
  // Without its own sandbox: tests run as root, and open our own pages only. Not `chromium.args`, which shut off the same-origin
  // policy and more of what is tested.
  args: ['--no-sandbox', '--no-zygote', '--disable-gpu'],
  headless: true,
  host: '127.0.0.1',
})
console.log(server.wsEndpoint())
process.stdin.resume().once('end', () => void server.close().finally(() => process.exit(0)))
