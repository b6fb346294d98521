import type { Logger } from '../../chassis/log.ts'
import { CONTEXT_HEADER, signContext } from '../../chassis/signed-context.ts'
import type { Caller } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { NoResponse, SubgraphRequest, SubgraphResponse } from './subgraph-client.ts'

/** Sends one body to a subgraph; never throws for a subgraph's fault. `isRepeatable`: sending it twice has no effect. */
export type Send = (
  service: string,
  body: string,
  caller: Caller,
  isRepeatable: boolean,
) => Promise<SubgraphResponse | NoResponse>

/** Creates the function that sends requests to subgraphs on behalf of a caller. It logs failures. */
export function createSend(options: {
  supergraph: Supergraph
  post: (request: SubgraphRequest) => Promise<SubgraphResponse | NoResponse>
  /** The key that the router shares with each subgraph; to one without, the context header is not sent. */
  keys: ReadonlyMap<string, string>
  log: Logger
}): Send {
  const { supergraph, post, keys, log } = options
  const without = [...supergraph.subgraphs.keys()].filter((name) => !keys.has(name))
  if (keys.size > 0 && without.length > 0)
    log.warn({ subgraphs: without }, 'CONTEXT_KEYS has no key for some subgraphs: they are not told who the caller is')

  return (service, body, caller, isRepeatable) => {
    const url = supergraph.subgraphs.get(service)
    if (!url) throw new Error(`The plan calls "${service}", which is no subgraph of the supergraph.`)
    const key = keys.get(service)
    const request = { method: 'POST', audience: service, claims: caller.claims, body, once: !isRepeatable }
    const headers = (path: string) =>
      key ? { ...caller.headers, [CONTEXT_HEADER]: signContext(key, { ...request, path }, Date.now()) } : caller.headers
    return post({ service, url, body, headers, isRepeatable, quotaKey: caller.quotaKey }).then((answer) => {
      if ('failure' in answer) {
        const { failure, cause } = answer
        log.warn({ subgraph: service, cause, requestId: caller.headers['x-request-id'] }, `subgraph ${failure}`)
      }
      return answer
    })
  }
}
