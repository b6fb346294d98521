import { code } from '../../errors.ts'
import type { EventData, OperationRun } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import type { Loss, Unasked } from '../answer/losses.ts'
import type { Compiled } from '../compile/compile.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import type { Representing } from '../compile/required.ts'
import type { Json } from '../selection/json.ts'
import type { Batch } from './batches.ts'

/** Hears of answers that had not the shape that the schema promises. */
export type Warn = (what: { subgraph: string; at: (string | number)[]; places: number }) => void

/** One request while it is answered. */
export type Run = {
  compiled: Compiled
  request: OperationRun
  send: Send
  warn: Warn
  tree: Json
  losses: Loss[]
  unasked: Unasked[]
  /** What was put together to ask with, for as long as the tree stays as it was. */
  batches: Map<Representing, Batch>
  /** What was missing from the beginning. */
  lost: EventData['lost']
}

/** Sends one request. What the answer says is wrong is noted; `lose` and `loseAll` note what the caller finds wrong. */
export async function ask(
  fetch: CompiledFetch,
  body: string,
  owners: Json[][] | null,
  { send, request, losses, warn }: Pick<Run, 'send' | 'request' | 'losses' | 'warn'>,
) {
  const { service } = fetch
  const note = (path: Loss['path'], message: string, errorCode: string, retryAfter?: number) =>
    losses.push({ fetch, owners, path, message, code: errorCode, retryAfter })
  const loseAll = () => void note('all', invalidMessage(service), code.subgraphInvalid)
  const lose = (wrong: (string | number)[][]) => {
    warn({ subgraph: service, at: wrong[0] ?? [], places: wrong.length })
    for (const path of wrong) note(path, invalidMessage(service), code.subgraphInvalid)
  }
  const answer = await send(service, body, request.caller, fetch.mayRepeat)
  if ('failure' in answer) {
    if (answer.failure === 'unavailable')
      note('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
    else loseAll()
    return { data: null, lose, loseAll }
  }
  for (const error of answer.errors) {
    // Null for the whole answer and no word about where: it concerns all.
    const placed = error.path.length > (owners ? 1 : 0)
    note(placed || answer.data ? error.path : 'all', error.message, error.code ?? code.subgraphError, error.retryAfter)
  }
  return { data: answer.data, lose, loseAll }
}

export const invalidMessage = (service: string) => `The ${service} service gave an answer that makes no sense.`
