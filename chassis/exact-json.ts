/** A number's text is under a symbol, because code that merges JSON objects may set any other property. */
const TEXT = Symbol('text')

/**
 * A number in JSON whose text `JSON.stringify` would change, because JavaScript's numbers have too few digits for it
 * (9007199254740993) or write it differently (1.0, 1E2, -0). It is written again exactly as it was read.
 */
export class JsonNumber {
  readonly [TEXT]: string

  constructor(text: string) {
    this[TEXT] = text
  }

  toJSON(): unknown {
    return es2026.rawJSON(this[TEXT])
  }

  /** The nearest number, as `JSON.parse` returns it. */
  toNumber(): number {
    return Number(this[TEXT])
  }

  /** The value as text, with all digits of an integer: '9007199254740993', but '1' for 1.0. */
  toString(): string {
    return /^-?[1-9]\d*$/.test(this[TEXT]) ? this[TEXT] : `${this.toNumber()}`
  }
}

/** The number with this text: a JavaScript number if that is written in the same way. */
export function exactNumber(text: string): number | JsonNumber {
  const number = Number(text)
  return `${number}` === text ? number : new JsonNumber(text)
}

/** `JSON.parse`, but with a `JsonNumber` for each number that JavaScript would change. Throws SyntaxError. */
export function parseExactly(text: string): unknown {
  const plain: unknown = JSON.parse(text)
  return hasExactNumbers(text) ? parseWithReviver(text) : plain
}

/** `JSON.parse`, but exact inside the list or object at this path; all else is plain. Throws SyntaxError. */
export function parseExactlyAt(text: string, path: readonly [string, ...string[]]): unknown {
  const plain: unknown = JSON.parse(text)
  if (hasExactNumbers(text)) copyMember(parseWithReviver(text), plain, path)
  return plain
}

/** Both values have the same shape, because they are of the same text. */
function copyMember(from: unknown, to: unknown, [name = '', ...path]: readonly string[]): void {
  if (!isRecord(from) || !isRecord(to) || !Object.hasOwn(to, name)) return
  if (path.length > 0) copyMember(from[name], to[name], path)
  else if (typeof to[name] === 'object') to[name] = from[name]
}

/**
 * The end of each number that is no integer of up to 15 digits, and its text. Matching at the end is fast, because few
 * characters are digits before a comma or bracket. Strings may contain matches too; these only cost time.
 */
const UNUSUAL_NUMBER = /\d[ \n\r\t,\]}](?<![:,[ \n\r\t](?:-?[1-9]\d{0,14}|0).)(?<=[:,[ \n\r\t](-?\d[-+.\deE]*).)/gs

/** Whether a list or object contains numbers that JavaScript would change. Costs an eighth of `JSON.parse`. */
export function hasExactNumbers(text: string): boolean {
  UNUSUAL_NUMBER.lastIndex = 0
  for (let found = UNUSUAL_NUMBER.exec(text); found; found = UNUSUAL_NUMBER.exec(text)) {
    const [, number = ''] = found
    if (`${Number(number)}` !== number) return true
  }
  return false
}

/** Costs ten to twenty times as much as without a reviver. */
function parseWithReviver(text: string): unknown {
  try {
    return es2026.parse(text, (_, value, { source }) =>
      typeof value === 'number' && source !== undefined ? exactNumber(source) : value,
    )
  } catch (error) {
    // With a reviver, V8 parses recursively.
    throw error instanceof RangeError ? new SyntaxError('The JSON is nested too deeply.') : error
  }
}

/** Node has these functions, but TypeScript's library does not describe them yet. */
const es2026 = JSON as unknown as {
  rawJSON(text: string): unknown
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
