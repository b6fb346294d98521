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
  const marked = markNumbers(text)
  return marked ? restoreNumbers(JSON.parse(marked.text), marked.numbers) : plain
}

/** `JSON.parse`, but exact inside the list or object at this path; all else is plain. Throws SyntaxError. */
export function parseExactlyAt(text: string, path: readonly [string, ...string[]]): unknown {
  const plain: unknown = JSON.parse(text)
  const marked = markNumbers(text)
  if (marked) copyMember(restoreNumbers(JSON.parse(marked.text), marked.numbers), plain, path)
  return plain
}

/** Both values have the same shape, because they are of the same text. */
function copyMember(from: unknown, to: unknown, [name = '', ...path]: readonly string[]): void {
  if (!isRecord(from) || !isRecord(to) || !Object.hasOwn(to, name)) return
  if (path.length > 0) copyMember(from[name], to[name], path)
  else if (typeof to[name] === 'object') to[name] = from[name]
}

/**
 * The end of each number that is neither an integer of up to 15 digits (8 if it is negative) nor a short decimal as JavaScript
 * writes it (12.5), and its text. Matching at the end is fast, because few characters are digits before a comma or bracket.
 * Strings may contain matches too; these only cost time.
 */
const UNUSUAL_NUMBER =
  /\d[ \n\r\t,\]}](?<![:,[ \n\r\t](?:[1-9]\d{0,14}|-[1-9]\d{0,7}|0|-?(?:0|[1-9]\d{0,7})\.\d{0,5}[1-9]).)(?<=[:,[ \n\r\t](-?\d[-+.\deE]*).)/gs

/** Whether a list or object contains numbers that JavaScript would change. */
export function hasExactNumbers(text: string): boolean {
  UNUSUAL_NUMBER.lastIndex = 0
  for (let found = UNUSUAL_NUMBER.exec(text); found; found = UNUSUAL_NUMBER.exec(text)) {
    const [, number = ''] = found
    if (`${Number(number)}` !== number) return true
  }
  return false
}

/** Numbers below this one stand for others: the next for the first, and so on. Short ones are read and written fast. */
const MARKS = -(10 ** 8)

type MarkedJson = { text: string; numbers: (number | JsonNumber)[] }

/**
 * Valid JSON with a mark in place of each number that JavaScript would change, or that looks like a mark; null if there are
 * none. A reviver with `source` would be simpler, but makes `JSON.parse` forty times as slow, also for all other members.
 */
function markNumbers(text: string): MarkedJson | null {
  const numbers: MarkedJson['numbers'] = []
  let marked = ''
  let copied = 0
  /** The first quote that begins a string after the latest number. */
  let quote = text.indexOf('"')
  UNUSUAL_NUMBER.lastIndex = 0
  for (let found = UNUSUAL_NUMBER.exec(text); found; found = UNUSUAL_NUMBER.exec(text)) {
    const end = found.index + 1
    let read = 0
    while (quote >= 0 && quote < end) {
      read = endOfString(text, quote)
      quote = text.indexOf('"', read)
    }
    if (read > end) {
      UNUSUAL_NUMBER.lastIndex = read // The digits are in a string.
      continue
    }
    const [, number = ''] = found
    const value = exactNumber(number)
    if (typeof value === 'number' && value > MARKS) continue
    numbers.push(value)
    marked += text.slice(copied, end - number.length) + (MARKS - numbers.length)
    copied = end
  }
  return numbers.length ? { text: marked + text.slice(copied), numbers } : null
}

/** The position after the string that begins at `quote`. */
function endOfString(text: string, quote: number): number {
  let end = quote
  let backslashes = 0
  do {
    end = text.indexOf('"', end + 1)
    backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
  } while (backslashes % 2 === 1)
  return end + 1
}

/** Puts the numbers in the places of their marks, in the value itself. */
function restoreNumbers(value: unknown, numbers: MarkedJson['numbers']): unknown {
  try {
    return restored(value, numbers)
  } catch (error) {
    throw error instanceof RangeError ? new SyntaxError('The JSON is nested too deeply.') : error
  }
}

function restored(value: unknown, numbers: MarkedJson['numbers']): unknown {
  if (typeof value === 'number') return value > MARKS ? value : numbers[MARKS - value - 1]
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = restored(value[index], numbers)
  } else if (isRecord(value)) {
    for (const name in value) {
      const member = value[name]
      if (typeof member === 'object') restored(member, numbers)
      else if (typeof member === 'number') setOwnValue(value, name, restored(member, numbers))
    }
  }
  return value
}

/** Sets an own property of any name; assigning to `__proto__` would change the prototype. */
export function setOwnValue(to: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') to[name] = value
  else Object.defineProperty(to, name, { value, writable: true, enumerable: true, configurable: true })
}

/** Node has this function, but TypeScript's library does not describe it yet. */
const es2026 = JSON as unknown as {
  rawJSON(text: string): unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
