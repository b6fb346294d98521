import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner'
import { getNullableType, isListType, Kind } from 'graphql'
import { inconsistencies } from './compare.ts'
import type { OperationRequest } from './request.ts'
import type { Setup } from './setup.ts'
import { type Trial, textOf } from './trial.ts'

/** A difference with everything that may explain it. `fetches`: those of the plan; none if the planner threw. */
export type Circumstances = { request: OperationRequest; trial: Trial; fetches: FetchNode[]; setup: Setup }

/** Recognises a mistake in a difference. */
export type Recogniser = (circumstances: Circumstances) => boolean

export const hasError =
  (words: RegExp): Recogniser =>
  ({ trial }) =>
    trial.answer.errors.some((error) => words.test(error))

/** The planner throws on the client's own operation, not only on one that we have changed for it. */
export const throwsInPlanner =
  (words: RegExp): Recogniser =>
  (circumstances) =>
    circumstances.fetches.length === 0 && hasError(words)(circumstances)

/** Fields are null without an error, and some fetch has requirements. */
export const lostEntities: Recogniser = ({ trial, fetches }) =>
  fetches.some(({ requires }) => requires) && onlyLosesFields(trial)

/** Nothing is wrong but fields that are null without an error. With faults, an answer that is wrong is untrue. */
const onlyLosesFields = ({ wrong, expected, answer }: Trial) =>
  ['data', 'untrue'].includes(`${wrong}`) &&
  inconsistencies(expected, answer).every((note) => note.endsWith('is null, and no error says why'))

/** Everything that is wrong lies in lists of lists. */
export const isInListsOfLists: Recogniser = ({ trial: { expected, answer } }) => {
  if (answer.data === '') return false
  const paths = [
    ...answer.errors.filter((error) => !expected.errors.includes(error)),
    ...inconsistencies(expected, answer),
  ].map((text) => text.split(' ')[0] ?? '')
  return paths.length > 0 && paths.every((path) => /\.\d+\.\d+\./.test(path))
}

/** Some fetch has arguments from contexts. */
export const usesContexts: Recogniser = ({ fetches }) => fetches.some(({ contextRewrites }) => contextRewrites?.length)

/** A fetch requires a list of lists of objects. */
export const requiresListsOfLists: Recogniser = ({ fetches, setup }) => {
  const types = Object.values(setup.supergraph.fullSchema.getTypeMap())
  const isListOfLists = (name: string) =>
    types.some((type) => {
      const list = 'getFields' in type && getNullableType(type.getFields()[name]?.type)
      return isListType(list) && isListType(getNullableType(list.ofType))
    })
  const hasOne = (selections: QueryPlanSelectionNode[] = []): boolean =>
    selections.some(
      (node) => (node.kind === 'Field' && node.selections && isListOfLists(node.name)) || hasOne(node.selections),
    )
  return fetches.some(({ requires }) => hasOne(requires))
}

/** Some fetch is from a subgraph with interface objects, and a type is selected, or fetched with one of these. */
export const mayLoseTypeToInterfaceObject: Recogniser = ({ request, fetches, setup }) =>
  fetches.some(({ serviceName, operation }) => {
    const types = [...(setup.subgraphs.get(serviceName)?.interfaceObjects.keys() ?? [])]
    return (
      types.length > 0 &&
      (/__typename/.test(textOf(request)) || types.some((type) => operation.includes(`on ${type}{__typename`)))
    )
  })

/** Some fetch requires no key by which its subgraph finds the entities. */
export const usesUnresolvableKey: Recogniser = ({ fetches, setup: { subgraphs } }) =>
  fetches.some(({ serviceName, requires = [] }) =>
    requires.some((entity) => {
      if (entity.kind !== 'InlineFragment' || !entity.typeCondition) return false
      const keys = subgraphs.get(serviceName)?.resolvableKeys.get(entity.typeCondition) ?? []
      const names = new Set(entity.selections.flatMap((node) => (node.kind === 'Field' ? [node.name] : [])))
      return !keys.some(({ selections }) =>
        selections.every((key) => key.kind !== Kind.FIELD || names.has(key.name.value)),
      )
    }),
  )

/** Fields are null without an error, and some fetch has aliases of the planner's. */
export const lostRenamed: Recogniser = ({ trial, fetches }) =>
  fetches.some(({ outputRewrites }) => outputRewrites?.length) && onlyLosesFields(trial)

/** At least two fields of the operation require a field with arguments. */
export const requiresWithArgumentsTwice: Recogniser = ({ request, setup: { subgraphs } }) => {
  const text = textOf(request)
  const fields = [...subgraphs.values()].flatMap(({ requires }) => [...requires])
  const found = fields.filter(
    ([field, set]) =>
      JSON.stringify(set).includes('"Argument"') && new RegExp(`\\b${field.split('.')[1]}\\b`).test(text),
  )
  return found.length > 1
}

/** Every fetch of a plan. */
export function fetchesOf({ node }: QueryPlan): FetchNode[] {
  const within = (inner: PlanNode | SubscriptionNode | undefined): FetchNode[] => {
    if (!inner) return []
    if (inner.kind === 'Fetch') return [inner]
    if (inner.kind === 'Flatten') return within(inner.node)
    if (inner.kind === 'Condition') return [...within(inner.ifClause), ...within(inner.elseClause)]
    if (inner.kind === 'Subscription') return [inner.primary, ...within(inner.rest)]
    return 'nodes' in inner ? inner.nodes.flatMap(within) : []
  }
  return within(node)
}
