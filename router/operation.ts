import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Claims } from '../chassis/signed-context.ts'
import type { ErrorPath, Refusal, SubgraphFault } from './errors.ts'

/**
 * The client's verified claims, the headers that every subgraph gets, and the user or address that failures of subgraphs
 * count against (identity/address.ts; undefined: the router itself).
 */
export type Caller = { claims: Claims; headers: Record<string, string>; quotaKey?: string }

/**
 * A valid operation in normal form (executor/selection/normal-form.ts): every fragment is inline, and an object whose
 * fields are all left out has an empty selection set. It is the same object each time a client sends the same text.
 */
export interface Operation extends OperationDefinitionNode {
  readonly selectionSet: SelectionSet
}
export interface SelectionSet extends SelectionSetNode {
  readonly selections: readonly Selection[]
}
export type Selection = Field | Fragment
export interface Field extends FieldNode {
  readonly selectionSet?: SelectionSet | undefined
}
export interface Fragment extends InlineFragmentNode {
  readonly selectionSet: SelectionSet
}

/** An operation, and the client's variables as sent. Those of custom scalars may contain `JsonNumber`s. */
export type OperationRequest = { operation: Operation; variables: Record<string, unknown> }

/**
 * What a subscription's event brings before any subgraph is called: the data of the operation's `primary`, by its
 * response names (changed while running), and failures at paths in the same names.
 */
export type EventData = {
  data: Record<string, unknown>
  failures: (SubgraphFault & { path: ErrorPath; service: string })[]
}

/** The answer to an operation. `rootTypes`: of a mutation, the types of its root fields' objects by response names. */
export type Answer = ExecutionResult & { rootTypes?: Record<string, string> }

/** Executes an operation; a subscription only together with the data of one event. */
export type Executor = (request: OperationRequest, caller: Caller, event?: EventData) => Promise<Answer>

/** The input of one run: the client's variables as sent and as coerced, and the caller. */
export type OperationRun = {
  variables: Record<string, unknown>
  coerced: Record<string, unknown>
  caller: Caller
}

/** The fields of an operation that a caller may not have. */
export type RefusedFields = ReadonlyMap<Field, Refusal>

/**
 * Which fields a caller may select. Callers with the same `key` have the same rights and get the same messages, so
 * caches can use it. There are as many keys as sets of requirements that callers meet.
 */
export type Rights = {
  key: string
  allows: (coordinate: string) => boolean
  /** Call it for a coordinate that is not allowed only. */
  refusal: (coordinate: string) => Refusal
}

/**
 * What the plan of an operation depends on: the values of its conditions (`@skip` and `@include`), which are among the
 * coerced variables, and the caller's rights (null: all of the operation is allowed).
 */
export type PlanRequest = { operation: Operation; coerced: Record<string, unknown>; rights: Rights | null }

/** A planned operation, which can be run any number of times. */
export type Prepared = {
  /** For a subscription: the fetch that an event answers, whose response names event data use. */
  primary: { service: string; operation: Operation } | null
  /** How many fetches the plan has; for a subscription, after its event. */
  fetches: number
  run: (run: OperationRun, event?: EventData) => Promise<Answer>
}

/** Plans an operation. `client`: the user or address for whom the plan is kept. */
export type Prepare = (request: PlanRequest, client?: string) => Prepared

/** The document of an operation alone, as libraries take it. */
export const documentOf = (operation: Operation): DocumentNode => ({ kind: Kind.DOCUMENT, definitions: [operation] })
