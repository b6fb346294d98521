import type { WorkRefused } from './work-queue.ts'

/** Work that several clients need, and those of them that wait for a turn to do it. */
type Shared = {
  clients: Set<string>
  /** The first turn has come, or those of all `clients` were refused. */
  isOver: boolean
  over: Promise<void>
  end(): void
}

/** Of a WorkQueue, which returns the promise of such a task, or a BackgroundQueue, which waits for it. */
type Run = <Result>(
  client: string,
  task: () => Promise<Result>,
) => Promise<{ result: Result | Promise<Result> } | WorkRefused>

/** Further clients that need the same work have no turn of their own. */
const MAX_TURNS = 10

/**
 * Does work in turns (work-queue.ts) that several clients may need at once: after a start, many send the same new operation.
 * The first turn does it for all of them. Several clients have one: otherwise a client that sends an application's operation
 * after a hundred others of its own would delay it for everybody.
 *
 * Resolves with what the task returns; or with null if another client's turn came first, so that this one should look
 * whether it still needs the work.
 */
export function createSharedTurns(work: { run: Run }) {
  const underWay = new Map<unknown, Shared>()

  const sharedOf = (key: unknown): Shared => {
    const before = underWay.get(key)
    if (before) return before
    const { promise, resolve } = Promise.withResolvers<void>()
    const shared: Shared = { clients: new Set(), isOver: false, over: promise, end: () => {} }
    shared.end = () => {
      shared.isOver = true
      if (underWay.get(key) === shared) underWay.delete(key)
      resolve()
    }
    underWay.set(key, shared)
    return shared
  }

  return async <Result>(
    key: unknown,
    client: string,
    task: () => Result | Promise<Result>,
  ): Promise<{ result: Result } | WorkRefused | null> => {
    const shared = sharedOf(key)
    const { clients, over } = shared
    const hasOwnTurn = !clients.has(client) && clients.size < MAX_TURNS
    if (!hasOwnTurn) return over.then(() => null)
    clients.add(client)
    const turn = work
      .run(client, async () => (shared.isOver ? null : { result: await task() }))
      .then(async (outcome) => ('result' in outcome ? { result: await outcome.result } : outcome))
    turn.then((outcome) => {
      if ('result' in outcome) return shared.end()
      clients.delete(client)
      if (clients.size === 0) shared.end()
    }, shared.end)
    const outcome = await Promise.race([turn, over])
    if (!outcome) return null
    if ('result' in outcome) return outcome.result
    // Where too many wait, it is done at another client's turn.
    return outcome.refused === 'rateLimited' || shared.isOver ? outcome : over.then(() => null)
  }
}
