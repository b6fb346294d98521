import type { CompiledOperation } from '../../router/executor/compile/compile-plan.ts'
import type { FieldOutput } from '../../router/executor/compile/output.ts'
import type { FetchedField } from '../../router/executor/compile/response-shape.ts'
import {
  partialMembersIn,
  type SelectedField,
  visitSelectedFields,
} from '../../router/executor/compile/unplanned-fields.ts'
import { EVENT, type NumberedFetch } from './steps.ts'

/** Each field of the response: its type, the fetches that bring it, and what it is called in the plan. */
export function projectionLines(
  { output, supergraph }: CompiledOperation,
  fetches: readonly NumberedFetch[],
): string[] {
  const numbers = new Map<FetchedField, number>()
  const count = (fields: readonly FetchedField[], number: number) => {
    for (const field of fields) {
      numbers.set(field, number)
      count(field.fields ?? [], number)
    }
  }
  for (const { fetch, number } of fetches) count(fetch.fields, number)
  const isPartialMember = partialMembersIn(supergraph.federation)
  const rows: { path: string; above: string; cells: string[] }[] = []
  const plain = fetches.map(({ fetch }) => fetch)
  visitSelectedFields(output, plain, ({ path, selection, typename, output: field, fetched }) => {
    const { responseNames } = selection.context
    const [above = '', own = ''] = [path, [...path, field.name]].map((names) =>
      names.map((name) => responseNames.get(name) ?? name).join('.'),
    )
    const isOnAny = typename === '' || typename === selection.declared.name
    const isPartial = isPartialMember(selection.declared.name, typename)
    const source = sourceOf({ output: field, fetched }, numbers, isPartial)
    const name = field.nodes[0]?.name.value
    const clientAlias = name === undefined || name === field.responseName ? '' : `: ${name}`
    const cells = [
      `${own}${clientAlias}${isOnAny ? '' : ` (on ${typename})`}`,
      typeText(field),
      [source, ...notesOn(field)].join('; '),
    ]
    if (!rows.some((row) => row.cells.join() === cells.join())) rows.push({ path: own, above, cells })
  })
  const below = new Map(Map.groupBy(rows, ({ above }) => above))
  // Fields of one path on several types share what is below it, which follows the last of them.
  const inOrder = (above: string): string[][] =>
    (below.get(above) ?? []).flatMap(({ path, cells }, index, all) => {
      const isLast = all.findLastIndex((other) => other.path === path) === index
      return isLast ? [cells, ...inOrder(path)] : [cells]
    })
  return aligned(inOrder(''))
}

function sourceOf(
  { output: { kind, type }, fetched }: Pick<SelectedField, 'output' | 'fetched'>,
  numbers: ReadonlyMap<FetchedField, number>,
  isPartial: boolean,
): string {
  if (kind === 'typename') return 'the type of the object'
  if (kind === 'introspection') return 'answered by the router'
  if (kind === 'refused') return 'refused: null with an error'
  const from = [...new Set(fetched.map((field) => numbers.get(field)))].sort()
  if (from.length) return from[0] === EVENT ? 'the event' : `fetch ${from.join(', ')}`
  return isPartial && !type.nonNull ? 'no fetch: null (a partial member)' : 'NO FETCH: null with an error'
}

const notesOn = ({ name, responseName, type }: FieldOutput): string[] => [
  ...(name === responseName ? [] : [`called ${name} in the plan`]),
  ...(type.nonNull ? ['a null makes its parent null'] : []),
]

const typeText = ({ kind, type }: FieldOutput) => (kind === 'value' ? `${type.name}${type.nonNull ? '!' : ''}` : '')

function aligned(rows: readonly string[][]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const [first, second] = [width(0), width(1)]
  return rows.map(([a = '', b = '', c = '']) => `${a.padEnd(first)}  ${b.padEnd(second)}  ${c}`.trimEnd())
}
