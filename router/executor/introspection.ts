import { executeSync, Kind, OperationTypeNode } from 'graphql'
import type { Compiled } from './compile.ts'
import { hold } from './conditions.ts'
import type { Json } from './json.ts'
import type { FieldOutput } from './output.ts'

/** Answers `__schema` or `__type` from what clients may see. `raw` and `coerced` are the same variables. */
export function introspect(compiled: Compiled, field: FieldOutput, raw: Json, coerced: Json): unknown {
  const { document, operation, supergraph } = compiled
  const asked = field.occurrences.filter(({ when }) => hold(when, coerced)).map((occurrence) => occurrence.field)
  const { data } = executeSync({
    schema: supergraph.clientSchema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: OperationTypeNode.QUERY,
          variableDefinitions: operation.variableDefinitions,
          selectionSet: { kind: Kind.SELECTION_SET, selections: asked },
        },
        ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
      ],
    },
    variableValues: raw,
  })
  return data?.[field.name] ?? null
}
