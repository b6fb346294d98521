import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../user-error.ts'
import { type Deployment, specOf } from '../supervisor/processes.ts'
import { labelOf, programSchema, type Spec } from '../supervisor/spec.ts'
import type { Supervisor } from '../supervisor/supervise.ts'
import { type Checkout, checkoutIn, OWN_CHECKOUT, runTask } from '../supervisor/task.ts'
import type { Roll } from './control.ts'
import { describe } from './programs.ts'

const TASK_MS = 120_000
/** The sandbox stays, as PostgreSQL and NATS do: it stands for a provider that is not ours. */
const STAYS = 'provider'

type Running = {
  supervisor: Pick<Supervisor, 'specs' | 'replace'>
  deployment: Deployment
  secretsFile: string
  migrate: (checkout: Checkout) => Promise<void>
  /** Whether NATS is ours, so that its users are those of the release that was started. */
  ownsNats: boolean
  stopping: AbortSignal
}

/**
 * Rolls the running system: checks the checkout, migrates, and replaces all processes of ours, one at a time, contexts before routers,
 * since a new router may need what a new context serves. If one does not become ready, those that were replaced go back to the
 * checkout from which they came.
 */
export function createRoll(running: Running): Roll {
  let from = OWN_CHECKOUT
  return async (root, say) => {
    const to = root === from.root ? from : checkoutAt(root)
    say(
      to === from
        ? `Replacing all processes by ones with the present code of ${root}.`
        : `Rolling from ${from.root} to ${root}.`,
    )
    if (running.ownsNats && natsUsersIn(to) !== natsUsersIn(from))
      throw new UserError(
        'Its services need other rights at NATS (schema/nats-users.conf), which NATS reads when it starts: stop, and run npm start there.',
      )
    await check(to, running)
    say('Checked.')
    const specs = await specsIn(to, running)
    await running.migrate(to)
    say('Migrated.')
    await replaceAll(specs, running, { say, canGoBack: to !== from })
    from = to
  }
}

function checkoutAt(root: string): Checkout {
  if (!isAbsolute(root) || !existsSync(join(root, 'scripts/launcher/roll/programs.ts')))
    throw new UserError(`${root} is no checkout that can be rolled to.`)
  return checkoutIn(root)
}

const natsUsersIn = ({ root }: Checkout) => readFileSync(join(root, 'schema/nats-users.conf'), 'utf8')

/** What can be known before anything is changed. */
async function check(checkout: Checkout, { stopping }: Running): Promise<void> {
  const script = ['scripts/compose-schema.ts', '--check']
  await runTask(script, { what: 'Checking its schema', env: {}, signal: stopping, deadlineMs: TASK_MS, checkout })
}

/** The specs of the checkout's processes, which must be those that run. */
async function specsIn(
  checkout: Checkout,
  { supervisor, deployment, secretsFile, stopping }: Running,
): Promise<Spec[]> {
  const printed = await runTask(['scripts/launcher/roll/programs.ts'], {
    what: 'Reading its programs',
    env: { NODE_ENV: deployment.nodeEnv },
    signal: stopping,
    deadlineMs: TASK_MS,
    checkout,
    input: JSON.stringify(describe(deployment, secretsFile)),
  })
  const specs = z.array(programSchema).parse(JSON.parse(printed)).map(specOf)
  const running = supervisor.specs().filter(({ tier }) => tier !== 'data')
  const [those, these] = [specs, running].map((list) => list.map(labelOf).sort().join(', '))
  if (those !== these)
    throw new UserError(`Its processes are ${those}; those that run are ${these}. Stop them, and run npm start there.`)
  return specs.filter(({ name }) => name !== STAYS)
}

async function replaceAll(
  specs: Spec[],
  { supervisor }: Running,
  { say, canGoBack }: { say: (line: string) => void; canGoBack: boolean },
): Promise<void> {
  const before = new Map(supervisor.specs().map((spec) => [labelOf(spec), spec]))
  const replaced: Spec[] = []
  const leaving: Promise<unknown>[] = []
  try {
    for (const spec of specs) {
      const started = performance.now()
      leaving.push((await supervisor.replace(spec)).left)
      replaced.unshift(spec)
      say(`${labelOf(spec)} is replaced (${((performance.now() - started) / 1_000).toFixed(1)} s).`)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const done = replaced.map(labelOf)
    if (!canGoBack)
      throw new UserError(`${why}\n${replacedLine('With the new code now', done)}All others go on as they were.`)
    const stuck: string[] = []
    for (const label of done) {
      const old = before.get(label)
      if (old) await supervisor.replace(old).catch(() => stuck.push(label))
    }
    const back = done.filter((label) => !stuck.includes(label))
    throw new UserError(
      `${why}\n${replacedLine('Back at the code before', back)}${replacedLine('Still with the new code', stuck)}`.trim(),
    )
  }
  await Promise.all(leaving)
  say(`Done: ${specs.length} processes are replaced, and the old ones have ended.`)
}

const replacedLine = (what: string, labels: string[]) => (labels.length > 0 ? `${what}: ${labels.join(', ')}. ` : '')
