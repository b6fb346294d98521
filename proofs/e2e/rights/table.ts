import { readFileSync } from 'node:fs'

/** A row of docs/rights.md: a field's sign for each kind of reader. The page explains the signs. */
export type Row = { field: string; rights: Record<string, string> }

const cells = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

/** Every row of the tables whose first column is `field`. */
export function readRights(): Row[] {
  const text = readFileSync(new URL('../../../docs/rights.md', import.meta.url), 'utf8')
  const tables = text.match(/^\|.*\|$(\n^\|.*\|$)*/gm) ?? []
  return tables.flatMap((table) => {
    const [[first, ...columns] = [], , ...rows] = table.split('\n').map(cells)
    if (first !== 'field') return []
    return rows.map(([field = '', ...signs]) => ({
      field,
      rights: Object.fromEntries(columns.map((column, index) => [column, signs[index] ?? ''])),
    }))
  })
}
