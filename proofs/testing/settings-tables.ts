/** A setting as a page lists it; `default` is the text of its cell. */
export type Row = { name: string; default: string }

/** A setting as a program reads it; `default` is null where it may be left out, and "required" where it must be set. */
export type Setting = { name: string; default: string | null }

/** The settings in a page's tables that have a column "setting". A row may list several: "`A`, `B` | 1, 2". */
export function rowsIn(page: string): Row[] {
  const tables = page.matchAll(/^\| setting \|.*\n\|[-|]+\|\n(?:\|.*\n)*/gm)
  return [...tables].flatMap(([table]) => {
    const [head = [], , ...rows] = table.trimEnd().split('\n').map(cellsOf)
    const column = head.indexOf('default')
    return rows.flatMap((cells) => {
      const names = [...(cells[0] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name)
      const text = cells[column] ?? ''
      const parts = names.length > 1 ? text.split(', ') : [text]
      return names.map((name, index) => ({
        name,
        default: (parts.length === names.length ? parts[index] : text) ?? '',
      }))
    })
  })
}

const cellsOf = (line: string) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())

/**
 * Where a page's defaults are not those of the code, a line each. A setting that several programs read has each of their
 * defaults in its cell. Beside these, the cell may have words, but no other numbers.
 */
export function defaultProblems(rows: readonly Row[], settings: readonly Setting[]): string[] {
  return rows.flatMap((row) => {
    const defaults = new Set(settings.filter(({ name }) => name === row.name).map((setting) => setting.default))
    if (!defaults.size) return [] // It has no schema.
    const words: string[] = row.default.match(/[\w./:-]+/g) ?? []
    const isWrong =
      [...defaults].some((value) => value !== null && !words.includes(value)) ||
      words.some((word) => /^\d+$/.test(word) && !defaults.has(word))
    const inCode = [...defaults].map((value) => value ?? 'none').join(', ')
    return isWrong ? [`${row.name}: ${row.default || 'nothing'} on the page, ${inCode} in the code`] : []
  })
}
