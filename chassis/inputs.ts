import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { z } from 'zod'
import { type CodedProblem, type InvalidInput, invalidInput, type PlainCode } from './failures.ts'

/** Validates an input by a schema that is stricter than its GraphQL type (lengths, ranges). Problems are in the order of the input. */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { value: z.infer<Schema> } | { failure: InvalidInput } {
  const read = schema.safeParse(input)
  if (read.success) return { value: read.data }
  // zod checks a list as a whole after its elements, and an object after its fields.
  const inOrder = read.error.issues
    .map((issue) => ({ issue, place: placeOf(input, issue.path) }))
    .sort((a, b) => comparePlaces(a.place, b.place))
  const problems = inOrder.map(({ issue }) => ({
    path: issue.path.map(String),
    message: issue.message,
    ...codeOf(issue),
  }))
  return { failure: invalidInput(problems) }
}

/** The position of a value at each step of its path; what is missing stands last. */
function placeOf(input: unknown, path: readonly PropertyKey[]): number[] {
  let value = input
  return path.map((step) => {
    if (typeof value !== 'object' || value === null) return Number.MAX_SAFE_INTEGER
    const at = Array.isArray(value) ? Number(step) : Object.keys(value).indexOf(String(step))
    // Any property of an object may be asked for: it is unknown then.
    value = (value as Record<PropertyKey, unknown>)[step]
    return at < 0 ? Number.MAX_SAFE_INTEGER : at
  })
}

/** Places in order; a list or an object stands before what is in it. */
function comparePlaces(a: number[], b: number[]): number {
  const at = a.findIndex((place, step) => place !== b[step])
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1)
}

/** The message and the code of a refinement's or a transform's problem; one without a code is NOT_ALLOWED. */
export const refusedAs = (code: PlainCode, message: string) => ({ message, params: { code } })

function codeOf(issue: z.core.$ZodIssue): CodedProblem {
  switch (issue.code) {
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum))
    case 'invalid_type':
    case 'invalid_format':
      return { code: 'WRONG_FORMAT' }
    case 'custom':
      // Only `refusedAs` sets `params`, which zod declares as any.
      return { code: (issue.params?.code as PlainCode | undefined) ?? 'NOT_ALLOWED' }
    default:
      return { code: 'NOT_ALLOWED' }
  }
}

function tooSmall(origin: string, limit: number): CodedProblem {
  // The only lower limit of a text is that it must not be empty.
  if (origin === 'string') return { code: 'REQUIRED' }
  return { code: origin === 'array' ? 'TOO_FEW' : 'TOO_SMALL', limit }
}

function tooBig(origin: string, limit: number): CodedProblem {
  if (origin === 'string') return { code: 'TOO_LONG', limit }
  return { code: origin === 'array' ? 'TOO_MANY' : 'TOO_LARGE', limit }
}

/** Matches texts without control characters (tab and line breaks are allowed) and lone surrogates. */
const READABLE = /^(?:[^\p{Cc}\p{Cs}]|[\r\n\t])*$/u
const LINE_BREAK = /[\r\n\t\p{Zl}\p{Zp}]/u

/** Characters that are invisible by themselves. U+2800 is blank, though Unicode classes it as a symbol. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu

/**
 * Invisible characters that belong to the spelling: joiners beside a combining mark (Indic scripts) or between Arabic or
 * Syriac letters, joiners in an emoji sequence, and variation selectors after Han characters and emoji.
 */
const NEEDED_IN_SPELLING = new RegExp(
  [
    String.raw`(?<=(?!\p{DI})\p{M})[\u200c\u200d]`,
    String.raw`(?<=\p{L})[\u200c\u200d](?=(?!\p{DI})\p{M})`,
    String.raw`(?<=[\p{sc=Arab}\p{sc=Syrc}])[\u200c\u200d](?=[\p{sc=Arab}\p{sc=Syrc}])`,
    String.raw`(?<=\p{ExtPict}\ufe0f?|\p{EMod})\u200d(?=\p{ExtPict})`,
    String.raw`(?<=\p{ExtPict})[\ufe0e\ufe0f]`,
    String.raw`(?<=\p{sc=Han})[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]`,
  ].join('|'),
  'uy',
)

/**
 * Removes invisible characters, so that names that look the same are equal, and a name that looks empty is empty. The result
 * is in NFC: a letter and its accent may have stood on both sides of what was removed.
 */
const removeInvisible = (text: string): string =>
  text
    .replace(INVISIBLE, (character, at: number) => {
      NEEDED_IN_SPELLING.lastIndex = at
      return NEEDED_IN_SPELLING.test(text) ? character : ''
    })
    .normalize('NFC')

const tooLong = (what: string, most: number) => `${what} is too long (at most ${most} characters).`
const unreadable = (what: string) => refusedAs('INVALID_CHARACTERS', `${what} contains unreadable characters.`)
const missing = (what: string) => `${what} is missing.`
const notOneLine = (what: string) => refusedAs('INVALID_CHARACTERS', `${what} must be one line.`)
const isReadable = (text: string) => READABLE.test(text)
const isOneLine = (text: string) => !LINE_BREAK.test(text)

/**
 * A text of at most `most` characters, trimmed and in NFC (so that the same letters compare equal, whatever machine they were
 * typed on). `what` begins the error message, e.g. "The recipient's name".
 */
export const optionalText = (what: string, most: number) =>
  z.string().normalize('NFC').trim().max(most, tooLong(what, most)).refine(isReadable, unreadable(what))

/** A text that must not be empty, nor look empty. */
export const text = (what: string, most: number) =>
  optionalText(what, most).refine((text) => removeInvisible(text).trim() !== '', refusedAs('REQUIRED', missing(what)))

/** A text of one line that people read, such as a name. Invisible characters are removed. */
export const line = (what: string, most: number) =>
  z
    .string()
    .normalize('NFC')
    .transform((text) => removeInvisible(text).trim())
    .pipe(
      z
        .string()
        .min(1, missing(what))
        .max(most, tooLong(what, most))
        .refine(isReadable, unreadable(what))
        .refine(isOneLine, notOneLine(what)),
    )

/** A text of one line that machines compare, such as a key. It is not changed beyond trimming and NFC. */
export const opaque = (what: string, most: number) => text(what, most).refine(isOneLine, notOneLine(what))

/** The caller's own idempotency key. */
export const idempotencyKey = opaque('The idempotency key', 255)

/** What shops and couriers lend instead of one's own number: four digits lead it (0507), which Google's data do not know. */
const SAFE_NUMBER = /^050-(\d)(\d{3,4})-(\d{4})\b/

/**
 * A phone number as people write it: Korean unless it begins with + and a country. Kept in one form, whatever was
 * typed: as a florist or rider in Korea dials it on any phone, a foreign one as E.123 writes it ("+1 213 373 4253").
 */
export const phone = (what: string) =>
  line(what, 40).transform((typed, context) => {
    // NFKC turns full-width digits, brackets and hyphens into plain ones.
    const number = parsePhoneNumberFromString(typed.normalize('NFKC'), { defaultCountry: 'KR', extract: false })
    if (number?.isValid())
      return number.countryCallingCode === '82'
        ? number.formatNational().replace(SAFE_NUMBER, '050$1-$2-$3')
        : number.formatInternational()
    const message = `${what} is not one that can be called. A foreign one begins with + and its country.`
    context.addIssue({ code: 'custom', ...refusedAs('WRONG_FORMAT', message) })
    return z.NEVER
  })

/** A postal code of Korea that may be missing or empty: undefined then. Full-width digits are taken. */
export const postalCode = z
  .string()
  .nullish()
  .transform((typed) => typed?.normalize('NFKC').trim() || undefined)
  .pipe(
    z
      .string()
      .regex(/^\d{5}$/, 'A postal code has five digits.')
      .optional(),
  )
