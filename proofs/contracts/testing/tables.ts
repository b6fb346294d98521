/** A row of a table in Markdown, by its columns. */
export type Row = { [column: string]: string }

const cells = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())

/** The rows of all tables under a heading, up to the next heading. */
export function tablesUnder(heading: string, text: string): Row[][] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\|.*\|$(\n^\|.*\|$)*/gm)].map(([table]) => {
    const [columns = [], , ...rows] = table.split('\n').map(cells)
    return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ''])))
  })
}

/** The rows of the first table under a heading. */
export const tableUnder = (heading: string, text: string): Row[] => tablesUnder(heading, text)[0] ?? []
