import type { DocumentNode, ExecutionResult } from 'graphql'
import type { Claims } from '../chassis/signed-context.ts'
import type { ErrorPath, SubgraphFault } from './errors.ts'

/** Who asks, and the headers that every subgraph gets. */
export type Caller = { claims: Claims; headers: Record<string, string> }

/** A validated document, which of its operations to run (null: its only one), and with which variables. */
export type OperationRequest = {
  document: DocumentNode
  operationName: string | null
  variables: Record<string, unknown>
}

/**
 * What is known of a subscription's answer before any subgraph is called: the data of the prepared operation's `primary`,
 * by its response names (changed while running), and what is missing from them, at its path by the same names.
 */
export type EventData = {
  data: Record<string, unknown>
  failures: (SubgraphFault & { path: ErrorPath; service: string })[]
}

/** Executes an operation; a subscription only where one event's data come with it. */
export type Executor = (request: OperationRequest, caller: Caller, event?: EventData) => Promise<ExecutionResult>

/** Derives something from one operation of a valid document (null: its only one). */
export type OfOperation<Result> = (document: DocumentNode, operationName: string | null) => Result

/** What one run of a prepared operation needs: the client's variables as they came, and coerced; who asks. */
export type OperationRun = {
  variables: Record<string, unknown>
  coerced: Record<string, unknown>
  caller: Caller
}

/** An operation that has been planned, ready to be run any number of times. */
export type Prepared = {
  /** Of a subscription: what brings its events' data, whose names are those of its `document`. */
  primary: { service: string; document: DocumentNode } | null
  /** Whether, with these coerced variables, a subgraph is called; of a subscription, after its event. */
  callsSubgraph: (coerced: Record<string, unknown>) => boolean
  run: (run: OperationRun, event?: EventData) => Promise<ExecutionResult>
}

/** Prepares operations; the latest stay prepared. */
export type Prepare = OfOperation<Prepared>
