import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner'
import { Kind, type OperationDefinitionNode, visit } from 'graphql'
import type { OperationRequest } from './request.ts'
import type { Setup } from './setup.ts'

/** What has to occur at least once. */
export const COVERED = [
  'plan: Sequence',
  'plan: Parallel',
  'plan: Fetch of root fields',
  'plan: Fetch of entities',
  'plan: Flatten',
  'plan: Flatten through a list',
  'plan: Flatten through lists of lists',
  'plan: Condition, if',
  'plan: Condition, else',
  'plan: Subscription, primary alone',
  'plan: Subscription, with rest',
  'plan: nothing to fetch',
  'rewrite: input, ValueSetter',
  'rewrite: output, KeyRenamer',
  'rewrite: context, KeyRenamer',
  'requires: abstract type condition',
  'requires: object or list',
  '@requires',
  '@requires with arguments',
  '@interfaceObject asked as such',
  '@context',
  'operation: query',
  'operation: mutation',
  'operation: subscription',
  'operation: variables',
  'operation: a variable’s default taken',
  'operation: fragment spread',
  'operation: alias',
  'operation: @skip or @include, by literal',
  'operation: @skip or @include, by variable',
  'operation: __typename',
  'operation: introspection',
  'answer: null',
  'answer: empty list',
  'error: said by a subgraph',
  'error: a value that the schema does not allow',
  'error: a subgraph is down',
  'error: an answer of the wrong shape',
  'error: not as the specification says',
  'error: null up to the root',
] as const
export type Covered = (typeof COVERED)[number]
export type Coverage = Map<Covered, number>

export const newCoverage = (): Coverage => new Map(COVERED.map((what) => [what, 0]))

export function count(coverage: Coverage, what: Covered | false | undefined | null): void {
  if (what) coverage.set(what, (coverage.get(what) ?? 0) + 1)
}

/** Counts the features of a plan. */
export function countPlan(coverage: Coverage, { node }: QueryPlan, setup: Setup): void {
  const visitFetch = (fetch: FetchNode, isEntity: boolean) => {
    count(coverage, isEntity ? 'plan: Fetch of entities' : 'plan: Fetch of root fields')
    for (const { kind } of fetch.inputRewrites ?? [])
      count(coverage, kind === 'ValueSetter' && 'rewrite: input, ValueSetter')
    for (const { kind } of fetch.outputRewrites ?? [])
      count(coverage, kind === 'KeyRenamer' && 'rewrite: output, KeyRenamer')
    if (fetch.contextRewrites?.length) {
      count(coverage, 'rewrite: context, KeyRenamer')
      count(coverage, '@context')
    }
    const subgraph = setup.subgraphs.get(fetch.serviceName)
    for (const entity of fetch.requires ?? []) {
      if (entity.kind !== 'InlineFragment') continue
      count(coverage, subgraph?.interfaceObjects.has(entity.typeCondition ?? '') && '@interfaceObject asked as such')
      countRequired(coverage, entity.selections)
    }
    for (const [field, set] of subgraph?.requires ?? []) {
      if (!isEntity || !new RegExp(`\\b${field.split('.')[1]}\\b`).test(fetch.operation)) continue
      count(coverage, '@requires')
      visit(set, { Argument: () => count(coverage, '@requires with arguments') })
    }
  }
  const walk = (inner: PlanNode | SubscriptionNode | undefined, isEntity: boolean): void => {
    if (!inner) return
    if (inner.kind === 'Sequence' || inner.kind === 'Parallel') {
      count(coverage, `plan: ${inner.kind}`)
      for (const child of inner.nodes) walk(child, isEntity)
    } else if (inner.kind === 'Fetch') visitFetch(inner, isEntity)
    else if (inner.kind === 'Flatten') {
      const lists = inner.path.filter((key) => key === '@').length
      const nested = inner.path.some((key, index) => key === '@' && inner.path[index + 1] === '@')
      count(
        coverage,
        lists ? (nested ? 'plan: Flatten through lists of lists' : 'plan: Flatten through a list') : 'plan: Flatten',
      )
      walk(inner.node, true)
    } else if (inner.kind === 'Condition') {
      count(coverage, inner.ifClause && 'plan: Condition, if')
      count(coverage, inner.elseClause && 'plan: Condition, else')
      walk(inner.ifClause, isEntity)
      walk(inner.elseClause, isEntity)
    } else if (inner.kind === 'Subscription') {
      count(coverage, inner.rest ? 'plan: Subscription, with rest' : 'plan: Subscription, primary alone')
      walk(inner.rest, isEntity)
    }
  }
  if (!node) count(coverage, 'plan: nothing to fetch')
  walk(node, false)
}

function countRequired(coverage: Coverage, selections: QueryPlanSelectionNode[]): void {
  for (const node of selections) {
    if (node.kind === 'InlineFragment') count(coverage, 'requires: abstract type condition')
    else if (node.selections) count(coverage, 'requires: object or list')
    if (node.selections) countRequired(coverage, node.selections)
  }
}

/** Counts the features of an operation. */
export function countOperation(coverage: Coverage, { document, variables }: OperationRequest): void {
  const conditions = new Set(['skip', 'include'])
  visit(document, {
    OperationDefinition: ({ operation, variableDefinitions = [] }: OperationDefinitionNode) => {
      count(coverage, `operation: ${operation}`)
      for (const { variable, defaultValue } of variableDefinitions) {
        count(coverage, 'operation: variables')
        count(coverage, defaultValue && !(variable.name.value in variables) && 'operation: a variable’s default taken')
      }
    },
    FragmentSpread: () => count(coverage, 'operation: fragment spread'),
    Field: ({ alias, name }) => {
      count(coverage, alias && 'operation: alias')
      count(coverage, name.value === '__typename' && 'operation: __typename')
      count(coverage, /^__(schema|type)$/.test(name.value) && 'operation: introspection')
    },
    Directive: ({ name, arguments: [argument] = [] }) => {
      if (!conditions.has(name.value)) return
      const isVariable = argument?.value.kind === Kind.VARIABLE
      count(coverage, `operation: @skip or @include, by ${isVariable ? 'variable' : 'literal'}`)
    },
  })
}

/** The counts as a table. */
export const tableOf = (coverage: Coverage): string =>
  [...coverage].map(([what, times]) => `${String(times).padStart(8)}  ${what}`).join('\n')
