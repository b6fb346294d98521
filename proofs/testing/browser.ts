import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, chromium } from 'playwright-core'

/** Starts a Chromium; `close` ends it and deletes all that it has left. */
export async function startBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'flower-browser-'))
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'browser-server.ts')], {
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, FONTCONFIG_PATH: process.env.FONTCONFIG_PATH },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (part) => {
    errors += part
  })
  const exited = once(child, 'exit')
  const [address] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error(`Chromium did not start: ${errors}`))),
  ])
  const browser = await chromium.connect(String(address))
  return {
    browser,
    close: async () => {
      await browser.close()
      child.stdin.end()
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
