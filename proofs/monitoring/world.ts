import { join } from 'node:path'
import pg from 'pg'
import { connectNats } from '../../chassis/nats/connection.ts'
import { until } from '../../chassis/testing/until.ts'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { NAMES } from '../../scripts/launcher/supervisor/processes.ts'
import { people } from '../e2e/people.ts'
import { freeRun } from '../testing/free-run.ts'
import { startStack } from '../testing/stack.ts'

export type World = Awaited<ReturnType<typeof startWorld>>

/** Customers that do the same at once: a circuit opens when ten of them fail. */
const CUSTOMERS = 20

/** The whole system with metrics, and what is needed to break it. */
export async function startWorld() {
  const stack = await startStack({
    env: {
      METRICS_PORT: String(await freeRun(NAMES.length)),
      FACTS_MAX_BYTES: '8000000',
      // On a busy machine a payment may take longer than customers would wait.
      PAYMENT_DEADLINE_MS: '2500',
      PROVIDER_DEADLINE_MS: '4000',
      SUBGRAPH_TIMEOUT_MS: '5000',
      JWT_REVOCATIONS_EVERY_MS: '1000',
    },
  })
  const app = await people(stack, CUSTOMERS)
  const secret = secretsIn(join(stack.dataDir, 'secrets.json'))
  const pidOf = async (name: string) => {
    const found = (await stack.processes()).find((each) => each.name === name)
    if (!found) throw new Error(`There is no process ${name}.`)
    return found
  }
  /** A superuser's session with a context's database, or with another one. */
  const session = async (database: string) => {
    const { port } = await pidOf('postgres')
    const client = new pg.Client(`postgres://postgres:${secret('postgres')}@127.0.0.1:${port}/${database}`)
    client.on('error', () => {}) // The trial may have ended it.
    await client.connect()
    return client
  }
  const sql = async (database: string, statement: string, values: unknown[] = []) => {
    const client = await session(database)
    await client.query(statement, values).finally(() => client.end())
  }

  return {
    stack,
    app,
    customers: Array.from({ length: CUSTOMERS }, (_, index) => `customer-${index + 1}` as const),
    session,
    sql,
    /** Publishes messages as NATS' administrator. */
    publish: async (messages: { subject: string; body: string }[]) => {
      const { port } = await pidOf('nats')
      const nats = await connectNats(`nats://admin:${secret('nats')}@127.0.0.1:${port}`, 'trial')
      for (const { subject, body } of messages) nats.connection.publish(subject, body)
      await nats.end()
    },
    /** Stops a process's clock; returns how to let it go on. It may have been replaced meanwhile. */
    freeze: async (name: string) => {
      const { pid } = await pidOf(name)
      process.kill(pid, 'SIGSTOP')
      return () => {
        try {
          process.kill(pid, 'SIGCONT')
        } catch {
          // The supervisor has ended it.
        }
      }
    },
    /** Kills a process, and waits until the next one serves. */
    kill: async (name: string) => {
      const before = await pidOf(name)
      process.kill(before.pid, 'SIGKILL')
      await until(async () => (await pidOf(name)).pid !== before.pid, `${name} is started again`)
      await until(async () => (await fetch(`http://127.0.0.1:${before.port}/ready`)).ok, `${name} serves again`)
    },
  }
}
