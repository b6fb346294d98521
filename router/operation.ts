import type { DocumentNode, ExecutionResult } from 'graphql'
import type { Claims } from '../chassis/signed-context.ts'
import type { ErrorPath, SubgraphFault } from './errors.ts'

/**
 * The client's verified claims, the headers that every subgraph gets, and the user or address that failures of subgraphs
 * count against (identity/address.ts; undefined: the router itself).
 */
export type Caller = { claims: Claims; headers: Record<string, string>; quotaKey?: string }

/** A validated document, the name of the operation to run (null: its only one), and the variables. */
export type OperationRequest = {
  document: DocumentNode
  operationName: string | null
  variables: Record<string, unknown>
}

/**
 * What a subscription's event brings before any subgraph is called: the data of the operation's `primary`, by its
 * response names (changed while running), and failures at paths in the same names.
 */
export type EventData = {
  data: Record<string, unknown>
  failures: (SubgraphFault & { path: ErrorPath; service: string })[]
}

/** Executes an operation; a subscription only together with the data of one event. */
export type Executor = (request: OperationRequest, caller: Caller, event?: EventData) => Promise<ExecutionResult>

/** Derives a result from one operation of a valid document (null: its only one). */
export type OfOperation<Result> = (document: DocumentNode, operationName: string | null) => Result

/** The input of one run: the client's variables as sent and as coerced, and the caller. */
export type OperationRun = {
  variables: Record<string, unknown>
  coerced: Record<string, unknown>
  caller: Caller
}

/** A planned operation, which can be run any number of times. */
export type Prepared = {
  /** For a subscription: the fetch that an event answers, and its document, whose response names event data use. */
  primary: { service: string; document: DocumentNode } | null
  /** Whether a subgraph is called with these coerced variables; for a subscription, after its event. */
  callsSubgraph: (coerced: Record<string, unknown>) => boolean
  run: (run: OperationRun, event?: EventData) => Promise<ExecutionResult>
}

/** Plans operations and keeps the latest ones. */
export type Prepare = OfOperation<Prepared>
