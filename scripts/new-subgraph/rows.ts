import type { Names } from './name.ts'

/** A file that lists the contexts or their features, and how to add a new context to it. */
type Listing = { file: string; add: (text: string, names: Names) => string }

/** The rights on a new context's fields, which its order's customer may read. The columns are those of docs/rights.md. */
const OF_QUERY = ['U', '✓', '–', '–', '–', '–', '–', '–', '–', '–']
const OF_ORDER = ['·', '✓', '·', '–', '·', '·', '·', '·', '·', '·']
const OF_ITS_OWN = ['·', '✓', '·', '·', '·', '·', '·', '·', '·', '·']

/** The files that a test compares with the contexts, and that can't be derived from the list of contexts. */
export const LISTINGS: Listing[] = [
  {
    file: 'docs/language.md',
    add: (text, { kebab, Pascal }) => {
      const [fact = ''] = mustMatch(text, /^\| order \| OrderConfirmed \|.*(?= \|$)/m)
      const heard = text.replace(fact, `${fact}, ${kebab}`)
      const owns = `${Pascal}, one for each order that is paid: who ordered, where and when`
      const contexts = withRow(heard, 'Contexts', [kebab, '–', 'supporting', owns])
      return withRow(contexts, 'Who hears whom', [kebab, 'order', '–'])
    },
  },
  {
    file: 'docs/rights.md',
    add: (text, { camel, Pascal }) => {
      const own = ['id', 'order', 'store', 'confirmedAt'].map((field) => [`${Pascal}.${field}`, ...OF_ITS_OWN])
      const rows = [[`Order.${camel}`, ...OF_ORDER], ...own]
      const withQuery = withRow(text, 'Queries', [`Query.${camel}`, ...OF_QUERY])
      return rows.reduce((so, row) => withRow(so, 'The order', row), withQuery)
    },
  },
  {
    file: 'proofs/e2e/rights/paths.ts',
    add: (text, { camel, Pascal }) => {
      const query = `${camel}(orderId: $order)`
      const ways = (way: string) => `'{ ${query} { here: ${way} @@ } }', inOrder('${camel} { here: ${way} @@ }'),`
      return [
        [/^export const ARGUMENTS.*$/m, `'Query.${camel}': 'orderId: $order',`],
        [/^export const PATHS.*$/m, `${Pascal}: ['{ here: ${query} @@ }', inOrder('here: ${camel} @@')],`],
        [/^ {2}Order: \[$/m, ways('order')],
        [/^ {2}Store: \[$/m, ways('store')],
      ].reduce((so, [line, row]) => behind(so, line as RegExp, row as string), text)
    },
  },
  {
    file: 'proofs/contracts/testing/hearers.ts',
    add: (text, { kebab, Pascal }) => {
      const own = `../../../subgraphs/${kebab}`
      const imports = `import type { Tables as ${Pascal}Tables } from '${own}/application/ports.ts'
import { wire as wire${Pascal} } from '${own}/wire.ts'`
      const row = `'${kebab}': (store) => wire${Pascal}({ transact: transactOn<${Pascal}Tables>(store, ['entries']) }),`
      const withImports = behind(text, /^import .*subgraphs\/store\/wire\.ts'$/m, imports)
      return behind(withImports, /^export const hearers\b.*$/m, row)
    },
  },
  {
    file: 'proofs/contracts/hearers.test.ts',
    add: (text, { kebab }) =>
      behind(
        text,
        /^const HEARERS\b.*$/m,
        `'${kebab}': {
          OrderConfirmed: ({ data: { orderId: id, customerId, storeId } }) => ({
            after: { entries: [{ id, customerId, storeId }] },
          }),
        },`,
      ),
  },
  {
    file: 'proofs/contracts/batching.int.test.ts',
    add: (text, { kebab }) =>
      behind(
        text,
        /^const ROWS\b.*$/m,
        `'${kebab}': [
          \`insert into entries (id, customer_id, store_id, confirmed_at)
           select id, $2, id, now() from unnest($1::uuid[]) as one (id)\`,
        ],`,
      ),
  },
]

/** The pattern's match; throws if the file has changed since this was written. */
function mustMatch(text: string, pattern: RegExp): RegExpExecArray {
  const found = pattern.exec(text)
  if (found) return found
  throw new Error(`There is nothing like ${pattern} any more: mend scripts/new-subgraph/rows.ts.`)
}

/** The text with `more` inserted after a line. */
function behind(text: string, line: RegExp, more: string): string {
  const [found] = mustMatch(text, line)
  return text.replace(found, () => `${found}\n${more}`)
}

/** The text with a row added to the first table under a heading, padded to the widths of the table's rule. */
function withRow(text: string, heading: string, cells: string[]): string {
  const [found] = mustMatch(text, new RegExp(`^#+ ${heading}\\n[^]*?\\n(?=\\|)((?:\\|.*\\|\\n)+)`, 'm'))
  const rule = /^\|[-:|]+\|$/m.exec(found)?.[0] ?? ''
  const widths = rule.split('|').slice(1, -1)
  const padded = cells.map((cell, at) => {
    const { length } = widths[at] ?? ''
    const room = Math.max(length - 2 - cell.length, 0)
    const left = widths[at]?.startsWith(':') ? Math.floor(room / 2) : 0
    return ` ${' '.repeat(left)}${cell}${' '.repeat(room - left)} `
  })
  return text.replace(found, () => `${found}|${padded.join('|')}|\n`)
}
