/** The lines told in full; the rest is a number. */
const LINES_TOLD = 3

/** How much of a name is told, in characters as people count them. */
const LONGEST_NAME = 40

const characters = new Intl.Segmenter('ko', { granularity: 'grapheme' })

/** What was ordered in one line: `장미 한바구니 × 1, roses × 2`; beyond three lines, `… +2` says how many more. */
export function summaryOf(lines: readonly { name: string; quantity: number }[]): string {
  const told = lines.slice(0, LINES_TOLD).map(({ name, quantity }) => `${shortened(name)} × ${quantity}`)
  const left = lines.length - told.length
  return told.join(', ') + (left > 0 ? ` … +${left}` : '')
}

function shortened(name: string): string {
  const letters = [...characters.segment(name.replace(/\s+/g, ' ').trim())].map(({ segment }) => segment)
  return letters.length <= LONGEST_NAME ? letters.join('') : `${letters.slice(0, LONGEST_NAME - 1).join('')}…`
}
