import { Supergraph as FederationSupergraph, operationFromDocument } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import { withPlannedDirectives } from '../../supergraph/executable-directives.ts'
import { overrideConditions, type Supergraph } from '../../supergraph/load.ts'
import { NO_STAND_INS } from '../compile/argument-aliases.ts'
import { type Compiled, compile } from '../compile/compile-plan.ts'
import { outputFor, type Selection } from '../compile/output.ts'
import { createNaming } from '../selection/response-names.ts'
import { withStandIns } from './add-argument-aliases.ts'
import { decidedBy } from './condition-variants.ts'
import { plannable } from './normalize-document.ts'
import { withResolvableKeysFirst } from './resolvable-keys.ts'
import { putBack } from './restore-fields.ts'

/** Plans and compiles a valid document's operation (null: its only one); `uncompiled` says why not. */
export type Compiler = (document: DocumentNode, operationName: string | null) => Compiled | { uncompiled: string }

/**
 * Makes the function that prepares operations. What it prepares is not kept here. It plans with names and fields that
 * Apollo's planner cannot mistake for each other (names.ts, stand-ins.ts), or without stand-ins, of which `plainly` hears;
 * throws where the planner itself fails.
 */
export function createCompiler(supergraph: Supergraph, plainly: (why: unknown) => void = () => {}): Compiler {
  const { planner, apiSchema, standIns, sdl } = plannerFor(supergraph, plainly)
  const naming = createNaming(sdl)

  return (given, operationName) => {
    const { document, names } = naming(given)
    const options = { operationName: operationName ?? undefined, validate: false }
    const prepare = (asked: DocumentNode) => {
      const planned = { document: asked, operationName, names, standIns }
      const plan = planner.buildQueryPlan(
        operationFromDocument(apiSchema, plannable(withPlannedDirectives(asked, apiSchema)), options),
        { overrideConditions },
      )
      const compiled = compile(supergraph, planned, plan)
      if ('uncompiled' in compiled || compiled.unfetched.length === 0) return compiled
      return compile(supergraph, planned, putBack(plan, compiled.unfetched, supergraph))
    }
    const compiled = prepare(document)
    if ('uncompiled' in compiled) return compiled
    if (fetchesNothing(compiled)) throw new Error('The plan brings nothing of what is asked.')
    return { ...compiled, decided: decidedBy(compiled, document, prepare) }
  }
}

/** Whether there is no plan at all though, whatever the variables are, something is asked for. */
const fetchesNothing = ({ step, primary, output, unfetched }: Compiled): boolean =>
  !step && !primary && unfetched.length > 0 && fieldsOf(output).some(({ kind, always }) => kind === 'value' && always)

const fieldsOf = (root: Selection) => outputFor(root, undefined)?.fields ?? []

function plannerFor({ sdl, federation, apiSchema }: Supergraph, plainly: (why: unknown) => void) {
  const { sdl: changed, ...standIns } = withStandIns(withResolvableKeysFirst(sdl))
  const none = { ...NO_STAND_INS, requires: changed === sdl ? standIns.requires : NO_STAND_INS.requires }
  const plain = () => ({ planner: new QueryPlanner(federation), apiSchema, standIns: none, sdl })
  if (changed === sdl) return plain()
  try {
    const other = FederationSupergraph.build(changed, { supportedFeatures: null })
    return { planner: new QueryPlanner(other), apiSchema: other.apiSchema(), standIns, sdl: changed }
  } catch (error) {
    // Apollo's packages know rules about supergraphs that are written nowhere. Without stand-ins all is right but for
    // operations that want one field with two sets of arguments.
    plainly(error)
    return plain()
  }
}
