import { hash } from 'node:crypto'
import { type GraphQLSchema, Kind, OperationTypeNode } from 'graphql'
import type { Audit } from '../chassis/audit/audit.ts'
import type { AuditEvent } from '../chassis/audit/event.ts'
import type { RateLimit } from '../chassis/rate-limit.ts'
import { code } from './errors.ts'
import type { Authentication, Authenticator } from './identity/authenticate.ts'
import type { Subscribe } from './live/operation-runner.ts'
import type { Metrics } from './metrics.ts'
import type { Answer, Caller, Executor, Operation, SelectionSet } from './operation.ts'
import type { ReadInTurn } from './request/in-turns.ts'
import type { Source } from './request/read-operation.ts'

/** Has refused tokens recorded and counted, over every transport. */
export function auditAuthenticator(authenticate: Authenticator, audit: Audit, metrics: Metrics | null): Authenticator {
  return (authorization, address, requestId) => {
    const note = (authentication: Authentication) => {
      if (authentication.outcome === 'refused') {
        const { reason } = authentication
        metrics?.countRefusedToken()
        const who = `address ${address()}`
        audit.recordRepeatable({ event: 'authentication', who, outcome: code.unauthenticated, reason, requestId })
      }
      return authentication
    }
    const authentication = authenticate(authorization, address)
    return authentication instanceof Promise ? authentication.then(note) : note(authentication)
  }
}

/** Has the requests recorded that a rate limit does not let through. */
export const auditRateLimit = <Limit extends Pick<RateLimit, 'take'>>(limit: Limit, audit: Audit): Limit => ({
  ...limit,
  take: (client) => {
    const waitMs = limit.take(client)
    if (waitMs > 0) audit.recordRepeatable({ event: 'limit', who: client, outcome: code.rateLimited })
    return waitMs
  },
})

/** Codes of operations that a limit refuses. */
const LIMIT_CODES = new Set<unknown>([code.limitExceeded, code.rateLimited, code.overloaded])
/** Codes of what a caller may not have. */
const DENIED_CODES = new Set<unknown>([code.unauthenticated, code.forbidden])
/** Results and coordinates that one event lists, and characters of a name that the client chose. */
const MOST_LISTED = 50
const MOST_NAME = 100

/** What the events of an operation say of it, whoever sends it. `fields`: its root fields by their response names. */
type Described = { name: string | undefined; hash: string; fields: (readonly [string, string])[] }

/**
 * Has operations recorded: each mutation with the results of its fields, and every operation of which something was refused.
 * All operations must be read by `read`, which remembers the texts that clients sent.
 */
export function createOperationAudit(schema: GraphQLSchema, audit: Audit, metrics: Metrics | null) {
  const sources = new WeakMap<Operation, Source>()
  const described = new WeakMap<Operation, Described>()

  const describe = (operation: Operation): Described => {
    const known = described.get(operation)
    if (known) return known
    const name = operation.name?.value.slice(0, MOST_NAME)
    const text = sources.get(operation)?.query ?? ''
    const made = { name, hash: hash('sha256', text, 'hex'), fields: [...rootFields(operation.selectionSet, new Map())] }
    described.set(operation, made)
    return made
  }
  const record = (operation: Operation, caller: Caller, event: Pick<AuditEvent, 'outcome' | 'on' | 'results'>) => {
    const { name, hash } = describe(operation)
    const who = caller.quotaKey ?? 'nobody'
    const requestId = caller.headers['x-request-id']
    audit.recordRepeatable({ event: 'operation', who, operation: name, hash, ...event, requestId })
  }
  const resultsOf = (operation: Operation, answer: Answer) =>
    describe(operation).fields.flatMap(([responseName, field]) => {
      const result = resultOf(answer, responseName)
      return result === undefined ? [] : [{ field, result }]
    })
  const count = (operation: Operation, result: string) =>
    metrics?.countResult(operation.operation, result, schema.getType(result) !== undefined)

  /** With almost every query this finds nothing, so nothing is built to find it. */
  const countNulls = (operation: Operation, answer: Answer, data: Record<string, unknown>) => {
    for (const [responseName] of describe(operation).fields) {
      if (data[responseName] === null && resultOf(answer, responseName) === NULL) count(operation, NULL)
    }
  }

  const recordAnswer = (operation: Operation, caller: Caller, answer: Answer) => {
    const on = deniedCoordinates(answer.errors)
    if (operation.operation !== OperationTypeNode.MUTATION) {
      if (on) record(operation, caller, on)
      if (metrics && answer.data) countNulls(operation, answer, answer.data)
      return
    }
    const results = resultsOf(operation, answer)
    for (const { result } of results) count(operation, result)
    const [outcome = 'nothing', ...others] = new Set(results.map(({ result }) => result))
    record(operation, caller, {
      outcome: others.length > 0 ? 'several' : outcome,
      ...(on && { on: on.on }),
      results: results.slice(0, MOST_LISTED).map(({ field, result }) => `${field} ${result}`),
    })
  }

  return {
    read: (read: ReadInTurn): ReadInTurn => {
      const note = (valid: Awaited<ReturnType<ReadInTurn>>, client: string) => {
        if ('errors' in valid) {
          const outcome = valid.errors[0]?.extensions.code
          if (LIMIT_CODES.has(outcome))
            audit.recordRepeatable({ event: 'limit', who: client, outcome: String(outcome) })
        } else if (!sources.has(valid.request.operation)) sources.set(valid.request.operation, valid.source)
        return valid
      }
      return (params, client) => {
        const valid = read(params, client)
        return valid instanceof Promise ? valid.then((later) => note(later, client)) : note(valid, client)
      }
    },
    execute:
      (execute: Executor): Executor =>
      async (request, caller, event) => {
        const { operation } = request
        try {
          const answer = await execute(request, caller, event)
          recordAnswer(operation, caller, answer)
          return answer
        } catch (error) {
          if (operation.operation === OperationTypeNode.MUTATION) record(operation, caller, { outcome: code.internal })
          throw error
        }
      },
    subscribe:
      (subscribe: Subscribe): Subscribe =>
      async (operation, caller, sink) => {
        const started = await subscribe(operation, caller, sink)
        const denied = 'errors' in started ? deniedCoordinates(started.errors) : null
        if (denied) record(operation.request.operation, caller, denied)
        return started
      },
  }
}

/** The code of the first error of what the caller may not have, and the coordinates of all of it; null if there is none. */
function deniedCoordinates(errors: Answer['errors']): { outcome: string; on: string[] } | null {
  if (!errors) return null
  const denied = errors.filter(({ extensions }) => DENIED_CODES.has(extensions.code))
  const [first] = denied
  if (!first) return null
  const coordinates = denied.flatMap(({ extensions: { coordinate } }) =>
    typeof coordinate === 'string' ? [coordinate] : [],
  )
  return { outcome: String(first.extensions.code), on: [...new Set(coordinates)].slice(0, MOST_LISTED) }
}

const NULL = 'null'

/** The type of a root field's object, its error's code, or `null`; undefined if `@skip` has left it out. */
function resultOf({ data, errors = [], rootTypes }: Answer, responseName: string): string | undefined {
  if (!data) return String(errors[0]?.extensions.code ?? NULL)
  if (!(responseName in data)) return undefined
  const value: unknown = data[responseName]
  if (value !== null) return rootTypes?.[responseName] ?? 'data'
  const error = errors.find(({ path }) => path?.[0] === responseName)
  return String(error?.extensions.code ?? NULL)
}

function rootFields({ selections }: SelectionSet, fields: Map<string, string>): Map<string, string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) fields.set(selection.alias?.value ?? selection.name.value, selection.name.value)
    else rootFields(selection.selectionSet, fields)
  }
  return fields
}
