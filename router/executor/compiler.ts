import { Supergraph as FederationSupergraph, operationFromDocument } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import type { Supergraph } from '../supergraph.ts'
import { type Compiled, compile } from './compile.ts'
import { withResolvableKeysFirst } from './keys.ts'
import { createNaming } from './names.ts'
import { plannable } from './plannable.ts'
import { NO_STAND_INS, withStandIns } from './stand-ins.ts'

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
    const plan = planner.buildQueryPlan(operationFromDocument(apiSchema, plannable(document), options))
    return compile(supergraph, { document, operationName, names, standIns }, plan)
  }
}

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
