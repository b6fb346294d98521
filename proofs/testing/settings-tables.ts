/** A setting in a page; `default` is the text of its cell. */
export type Row = { name: string; default: string }

/** A setting in a program's schema; `default` is null for an optional setting, and "required" for a required one. */
export type Setting = { name: string; default: string | null }

/** The settings in those tables of a page whose first column is "setting". A row may list several: "`A`, `B` | 1, 2". */
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
 * The differences between a page's defaults and the code's, a line each. The cell of a setting that several programs read must
 * have each of their defaults. It may also have words, but no other numbers.
 */
export function defaultProblems(rows: readonly Row[], settings: readonly Setting[]): string[] {
  return rows.flatMap((row) => {
    const defaults = new Set(settings.filter(({ name }) => name === row.name).map((setting) => setting.default))
    if (!defaults.size) return [] // no schema has it
    const words: string[] = row.default.match(/[\w./:-]+/g) ?? []
    const isWrong =
      [...defaults].some((value) => value !== null && !words.includes(value)) ||
      words.some((word) => /^\d+$/.test(word) && !defaults.has(word))
    const inCode = [...defaults].map((value) => value ?? 'none').join(', ')
    return isWrong ? [`${row.name}: ${row.default || 'nothing'} on the page, ${inCode} in the code`] : []
  })
}
