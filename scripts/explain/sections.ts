import { type QueryPlan, serializeQueryPlan } from '@apollo/query-planner'
import { type FieldNode, getVariableValues, print, visit } from 'graphql'
import type { Claims } from '../../chassis/signed-context.ts'
import { removeRefused } from '../../router/authorization/remove-refused.ts'
import { createRestrictedRights } from '../../router/authorization/rights.ts'
import { VARIABLE_COERCION_OPTIONS } from '../../router/errors.ts'
import { NO_ARGUMENT_ALIASES } from '../../router/executor/compile/argument-aliases.ts'
import {
  createOperationCompiler,
  createPlanner,
  type PlanningReport,
} from '../../router/executor/planning/plan-and-compile.ts'
import { plannable } from '../../router/executor/planning/plannable.ts'
import { withConditionValues } from '../../router/executor/selection/conditions.ts'
import { responseNameOf } from '../../router/executor/selection/normal-form.ts'
import type { Field, Operation, OperationRequest, RefusedFields } from '../../router/operation.ts'
import type { Supergraph } from '../../router/supergraph/load.ts'
import { bodyText, fetchLines } from './fetches.ts'
import { projectionLines } from './projection.ts'
import { EVENT, stepLines } from './steps.ts'

/** As long as the router plans in the background. */
const MAX_PLANNING_MS = 5_000

/**
 * What the router makes of a valid operation, as text in sections: its normal form, what it is with these values of its
 * conditions, what authorization removes for this caller, Apollo's plan, the plan that runs, its fetches with their bodies, and
 * the response. `problem` says in a line why the router would answer it with an error alone.
 */
export function explain(
  supergraph: Supergraph,
  { operation: whole, variables }: OperationRequest,
  claims: Claims,
): { text: string; problem?: string } {
  const sections: string[] = []
  const add = (title: string, lines: readonly string[]) => void sections.push([`## ${title}`, '', ...lines].join('\n'))
  const answer = (problem?: string) => ({ text: sections.join('\n\n'), ...(problem === undefined ? {} : { problem }) })

  add('Normal form', [print(whole)])
  const { clientSchema } = supergraph
  const definitions = whole.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(clientSchema, definitions, variables, VARIABLE_COERCION_OPTIONS)
  if (errors) return answer(errors.map(({ message }) => message).join(' '))

  const values = withConditionValues(clientSchema, whole, coerced)
  if (values !== whole) add('With these values of its conditions', [print(values)])
  const rights = createRestrictedRights(supergraph)(whole, claims)
  const allowed = rights ? removeRefused(clientSchema, values, rights) : { remaining: values, refused: new Map() }
  add(`Authorization of ${claims ? JSON.stringify(claims) : 'nobody'}`, restrictedLines(values, allowed))
  const operation = allowed.remaining
  if (operation.selectionSet.selections.length === 0) return answer()

  const apollos = planText(() => createPlanner(supergraph)(operation, MAX_PLANNING_MS))
  add("Apollo's plan", [apollos])
  const reports: PlanningReport[] = []
  const notes: string[] = []
  const onPlainPlanning = (error: unknown) => void notes.push(`Planned without argument aliases: ${messageOf(error)}`)
  const compile = createOperationCompiler(supergraph, onPlainPlanning, undefined, (report) => void reports.push(report))
  const plan = () => {
    try {
      return compile({ operation: whole, coerced, rights }, MAX_PLANNING_MS)
    } catch (error) {
      return { failure: messageOf(error) }
    }
  }
  const compiled = plan()
  const [report] = reports
  const planLines = report ? plannedLines(report, operation, apollos, supergraph) : ['None.']
  add('The plan that runs', [...notes, ...planLines])
  if ('failure' in compiled) return answer(`The router answers OPERATION_NOT_PLANNED: ${compiled.failure}`)

  const { lines, fetches } = stepLines(compiled.step)
  add('Order of the fetches', lines.length ? lines : ['Nothing is fetched.'])
  const { argumentAliases = NO_ARGUMENT_ALIASES } = report?.planned ?? {}
  const inputs = { compiled, argumentAliases, variables }
  const { primary } = compiled
  const event = primary && { number: EVENT, fetch: primary.fetch }
  const eventLines = event
    ? [
        `The event, in place of a fetch from ${event.fetch.service} that would be`,
        `  body     ${bodyText(event.fetch, inputs)}`,
      ]
    : []
  const requests = [...eventLines, ...fetches.flatMap((fetch) => fetchLines(fetch, inputs))]
  if (requests.length) add('Fetches', requests)
  add('Response', projectionLines(compiled, event ? [event, ...fetches] : fetches))
  return answer()
}

/** A plan in Apollo's notation, or why there is none. */
export function planText(plan: () => QueryPlan): string {
  try {
    return serializeQueryPlan(plan())
  } catch (error) {
    return `The planner throws: ${messageOf(error)}`
  }
}

function restrictedLines(
  operation: Operation,
  { remaining, refused }: { remaining: Operation; refused: RefusedFields },
): string[] {
  if (refused.size === 0) return ['Nothing is removed.']
  const path: string[] = []
  const lines: string[] = []
  visit(operation, {
    Field: {
      enter: (field: FieldNode) => {
        path.push(responseNameOf(field))
        const refusal = refused.get(field as Field) // visit does not know the parts of a normal form
        if (refusal)
          lines.push(`${path.join('.')} is removed, and null with an error: ${refusal.message} (${refusal.code})`)
      },
      leave: () => void path.pop(),
    },
  })
  const isEmpty = remaining.selectionSet.selections.length === 0
  return [...lines, '', ...(isEmpty ? ['Nothing is left, so nothing is fetched.'] : [print(remaining)])]
}

/** What was planned where it differs from the operation, and the plan, where it is not Apollo's. */
function plannedLines(
  { planned, plan, restored }: PlanningReport,
  operation: Operation,
  apollos: string,
  supergraph: Supergraph,
): string[] {
  const text = print(plannable(planned.remaining, supergraph.clientSchema))
  const names = [...planned.responseNames].map(([alias, name]) => `${alias} is ${name} in the response.`)
  const [before, after] = [planText(() => plan), planText(() => restored)]
  const required = [...planned.argumentAliases.aliases].flatMap(([alias, { field, arguments: args }]) =>
    new RegExp(`\\b${alias}\\b`).test(after)
      ? [`${alias} is ${field}(${args.map((each) => print(each)).join(', ')}), for a @requires.`]
      : [],
  )
  return [
    ...(text === print(operation) ? [] : ['Planned as', '', text, '']),
    ...names,
    ...required,
    ...(before === after ? [] : ['Fields that the planner had dropped are restored.']),
    after === apollos ? "The same as Apollo's." : after,
  ]
}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
