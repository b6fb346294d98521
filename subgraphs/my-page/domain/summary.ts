/** The number of lines that are listed; the rest is a count. */
const MAX_LINES = 3

/** The maximum length of a name, in graphemes. */
const LONGEST_NAME = 40

const characters = new Intl.Segmenter('ko', { granularity: 'grapheme' })

/** The ordered items in one line: `장미 한바구니 × 1, roses × 2`; after three, `… +2` is the number of further ones. */
export function summaryOf(lines: readonly { name: string; quantity: number }[]): string {
  const listed = lines.slice(0, MAX_LINES).map(({ name, quantity }) => `${shortened(name)} × ${quantity}`)
  const left = lines.length - listed.length
  return listed.join(', ') + (left > 0 ? ` … +${left}` : '')
}

function shortened(name: string): string {
  const letters = [...characters.segment(name.replace(/\s+/g, ' ').trim())].map(({ segment }) => segment)
  return letters.length <= LONGEST_NAME ? letters.join('') : `${letters.slice(0, LONGEST_NAME - 1).join('')}…`
}
