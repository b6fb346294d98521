import { type ASTNode, Kind, Lexer, parse, print, Source, TokenKind, visit } from 'graphql'
import type { Random } from '../simulation/random.ts'
import { oddString, oddText } from './odd.ts'
import { DEFINITIONS, DIRECTIVES, LITERALS, NAMES, TOKENS, TYPES } from './words.ts'

/** Changes a document a little: its nodes if it can be parsed, else its tokens or characters. */
export function oddDocument(random: Random, text: string): string {
  let changed = text
  for (let times = random.pick([0, 1, 1, 1, 2, 2, 3]); times > 0; times--) {
    const how = random.below(20)
    if (how < 17) changed = oddNode(random, changed)
    else if (how < 19) changed = oddTokens(random, changed)
    else changed = oddString(random, changed)
  }
  return changed
}

/** Replaces one node in the text; the result may be invalid. */
function oddNode(random: Random, text: string): string {
  const nodes: ASTNode[] = []
  try {
    visit(parse(text), { enter: (node) => void (REPLACEABLE.has(node.kind) && nodes.push(node)) })
  } catch {
    return oddTokens(random, text)
  }
  const node = random.pick(nodes)
  const { start, end } = node.loc ?? { start: 0, end: 0 }
  const own = text.slice(start, end)
  const other = random.pick(nodes)
  const replacement = replacementFor(random, node, own, print(other))
  return `${text.slice(0, start)}${replacement}${text.slice(end)}`
}

const REPLACEABLE = new Set<string>([
  ...[Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION, Kind.FIELD, Kind.FRAGMENT_SPREAD, Kind.INLINE_FRAGMENT],
  ...[Kind.ARGUMENT, Kind.VARIABLE_DEFINITION, Kind.NAMED_TYPE, Kind.DIRECTIVE, Kind.VARIABLE, Kind.INT, Kind.OBJECT],
])

function replacementFor(random: Random, node: ASTNode, own: string, other: string): string {
  const directive = random.pick(DIRECTIVES)
  const set = own.indexOf('{')
  // An argument may contain braces, too. Then the result is invalid, which is a useful input as well.
  const [head, body] = set < 0 ? [own, ''] : [own.slice(0, set), own.slice(set)]
  if (random.chance(0.05)) return random.chance(0.5) ? '' : other
  switch (node.kind) {
    case Kind.OPERATION_DEFINITION: {
      const kind = random.pick(['query', 'mutation', 'subscription', 'subscription S'])
      const ways = [
        `${head}${directive} ${body}`,
        own.replace(/^(query|mutation|subscription)?/, kind),
        `${own} ${random.pick(DEFINITIONS)}`,
        `${head}{ ... ${directive} ${body} }`,
        `${head}{ ...F ${body.slice(1)} ${random.pick(DEFINITIONS)}`,
      ]
      return random.pick(ways)
    }
    case Kind.FIELD: {
      const { name, alias } = node
      const ways = [
        `${head}${directive} ${body}`,
        `... ${directive} { ${own} }`,
        `... on ${random.pick(TYPES)} ${random.chance(0.5) ? directive : ''} { ${own} }`,
        `... { ${own} } ${own}`,
        alias ? own.slice(own.indexOf(':') + 1) : `b: ${own} ${own}`,
        own.replace(name.value, random.pick(NAMES)),
        `${own} ${random.pick(NAMES)}`,
        `${name.value}(${random.pick(['first', 'after', 'id', 'input', 'x'])}: ${random.pick(LITERALS)}) ${body}`,
        body ? `${head}{ ${`${own} `.repeat(random.below(30))}}` : `${own} { id }`,
        body ? `${`${head}{ `.repeat(random.below(40))} id ${'}'.repeat(random.below(40))}` : own,
        body ? head : `${own} `.repeat(random.below(200)),
      ]
      return random.pick(ways)
    }
    case Kind.FRAGMENT_SPREAD:
      return random.pick([`${own} ${directive}`, `...F`, `... on ${random.pick(TYPES)} { id }`, `${own} ${own}`])
    case Kind.INLINE_FRAGMENT:
    case Kind.FRAGMENT_DEFINITION:
      return random.pick([
        ...[`${head}${directive} ${body}`, own.replace(/on \w+/, `on ${random.pick(TYPES)}`), `${own} ${own}`],
      ])
    case Kind.ARGUMENT:
      return random.pick([
        ...[`${node.name.value}: ${random.pick(LITERALS)}`, `${own} ${own}`, `${own} x: ${random.pick(LITERALS)}`],
      ])
    case Kind.VARIABLE_DEFINITION: {
      const type = random.pick([...TYPES, 'Int', '[ID!]!', 'Boolean', 'LiveCursor', 'Cursor!'])
      const preset = random.pick(LITERALS)
      return random.pick([
        `${own} $x: ${type} = ${preset}`,
        `${own} ${own}`,
        `${own} = ${preset}`,
        `${own} ${directive}`,
      ])
    }
    case Kind.NAMED_TYPE:
      return random.pick(TYPES)
    case Kind.DIRECTIVE:
      return random.pick([directive, `${own} ${own}`, ''])
    default:
      return random.pick(LITERALS)
  }
}

function oddTokens(random: Random, text: string): string {
  const tokens = wordsOf(text)
  const at = random.below(tokens.length + 1)
  const count = 1 + random.below(4)
  switch (random.below(5)) {
    case 0:
      tokens.splice(at, count)
      break
    case 1:
      tokens.splice(at, 0, ...tokens.slice(at, at + 10))
      break
    case 2:
      tokens.splice(at, 1, random.pick(TOKENS))
      break
    case 3:
      tokens.splice(at, 0, random.pick([...TOKENS, ...DIRECTIVES, ...LITERALS, ...TYPES]))
      break
    default:
      tokens.splice(at, 0, random.chance(0.5) ? oddText(random) : JSON.stringify(oddText(random)))
  }
  return tokens.join(' ')
}

function wordsOf(text: string): string[] {
  const words: string[] = []
  const lexer = new Lexer(new Source(text))
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      words.push(text.slice(token.start, token.end))
    }
  } catch {
    words.push(text.slice(lexer.token.end)) // The rest cannot be split into tokens.
  }
  return words
}
