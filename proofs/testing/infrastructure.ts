import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareNats } from '../../scripts/launcher/infrastructure/nats.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { preparePostgres } from '../../scripts/launcher/infrastructure/postgres.ts'
import type { Spec } from '../../scripts/launcher/supervisor/spec.ts'
import { createSupervisor } from '../../scripts/launcher/supervisor/supervise.ts'
import { TIMING } from '../../scripts/launcher/supervisor/watch.ts'

/** The key under which `stop-infrastructure.ts` finds `stop`: Jest runs both in one process, but loads each module anew. */
export const STOP = Symbol.for('flower-delivery.stop-infrastructure')

/**
 * Jest's global set-up of the `.int.test.ts` tier: one PostgreSQL and one NATS per run, in a temporary folder, fast and not
 * durable. Tests get their URLs by TEST_DATABASE_URL (an administrator's) and TEST_NATS_URL, and their logs by TEST_LOGS. Throws if they can't be started:
 * a missing database must fail the run, not skip it.
 */
export default async function startInfrastructure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'flower-test-'))
  chmodSync(folder, 0o711) // root's PostgreSQL may run as another user, who must reach its data
  const logs = join(folder, 'logs')
  const taken = new Set<number>()
  const supervisor = createSupervisor({
    list: join(folder, 'processes.json'),
    logs,
    say: (line) => console.error(line),
    // Health checks are rare, so that a busy machine does not cause a restart during a run.
    timing: { ...TIMING, intervalMs: 3_600_000 },
  })
  const stop = async () => {
    await supervisor.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [postgres, nats] = await Promise.all([
      preparePostgres({
        folder: join(folder, 'postgres'),
        port: await freePort(taken),
        password: 'test',
        durable: false,
      }),
      prepareNats({
        folder: join(folder, 'nats'),
        port: await freePort(taken),
        password: () => 'test',
        durable: false,
      }),
    ])
    await supervisor.start([data('postgres', postgres), data('nats', nats)])
    process.env.TEST_DATABASE_URL = postgres.url
    process.env.TEST_NATS_URL = nats.url
    process.env.TEST_LOGS = logs
    Object.assign(globalThis, { [STOP]: stop })
  } catch (error) {
    await stop()
    throw error
  }
}

const data = <Prepared extends Omit<Spec, 'name' | 'replica' | 'port' | 'tier'> & { url: string }>(
  name: string,
  prepared: Prepared,
): Spec => ({ ...prepared, name, replica: 1, port: Number(new URL(prepared.url).port), tier: 'data' })
