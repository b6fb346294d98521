import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { PartRefund } from '../domain/payment.ts'
import { keepingOnPostgres } from '../testing/database.ts'
import { rigOn } from '../testing/rig.ts'

const auditDir = mkdtempSync(join(tmpdir(), 'flower-end-refund-'))
const keeping = await keepingOnPostgres()
afterAll(async () => {
  await keeping.close()
  rmSync(auditDir, { recursive: true })
})

/** Runs the command as an operator does, with these settings and no others. */
const run = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const file = fileURLToPath(new URL('./end-refund.ts', import.meta.url))
    const env = { DATABASE_URL: keeping.url, AUDIT_DIR: auditDir }
    execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout: stdout.trim(), stderr: stderr.trim() }),
    )
  })
const done = (text: string) => ({ code: 0, stdout: expect.stringContaining(text), stderr: '' })
const refused = (code: number, text: string) => ({ code, stdout: '', stderr: expect.stringContaining(text) })

it('ends a part refund that was held, says what was returned, and is in the audit trail', async () => {
  const at = rigOn(keeping)
  await at.charge('tok_ok')
  await at.hearOwner()
  at.network.beforeEffect = async () => 'lost'
  await at.refund(20_000)
  const change = (changed: Partial<PartRefund>) =>
    keeping.transact(newId(), async (tx) => {
      const [payment] = await tx.payments.lock([at.orderId])
      if (payment) tx.payments.save({ ...payment, parts: payment.parts.map((part) => ({ ...part, ...changed })) })
    })
  // real time: the command reads the clock itself
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  const refundId = (await at.payment())?.parts[0]?.id ?? ''

  await change({ at: ago(60) })
  expect(await run(at.orderId, refundId, 'hold')).toEqual(refused(1, 'not a day old'))
  await change({ at: ago(25 * 60) })
  expect(await run(at.orderId, refundId, 'returned')).toEqual(refused(1, 'is not held'))
  expect(await run(at.orderId, refundId, 'hold')).toEqual(done('is held for an hour'))
  expect(await run(at.orderId, refundId, 'returned')).toEqual(refused(1, 'may still be under way'))
  const heldAt = ago(5)
  await change({ heldAt, dueAt: new Date(Date.parse(heldAt) + 60 * 60_000).toISOString() })
  expect(await run(at.orderId, refundId, 'returned')).toEqual(done('has ended: returned'))

  expect(await at.said()).toEqual(['Paid', 'PartlyRefunded'])
  const lines = readFileSync(join(auditDir, 'payment-commands-1.jsonl'), 'utf8').trimEnd().split('\n')
  const by = { event: 'refund', who: expect.stringMatching(/^operator ./), on: [at.orderId, refundId] }
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { ...by, outcome: 'held' },
    { ...by, outcome: 'returned' },
  ])
})

it('prints its usage where it is asked for nothing, or for something else', async () => {
  for (const args of [[], [newId(), newId()], [newId(), newId(), 'done'], ['1', newId(), 'hold']])
    expect(await run(...args)).toEqual(refused(2, 'Usage: npm run end-refund -- ORDER REFUND'))
})
