import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { CodedProblem } from './failures.ts'
import { idempotencyKey, line, opaque, optionalText, phone, readInput, refusedAs, text } from './inputs.ts'

const read = (schema: z.ZodType, value: unknown) => {
  const result = readInput(z.object({ it: schema }), { it: value })
  return 'failure' in result ? result.failure.problems.map(({ message }) => message) : result.value.it
}

describe('an input', () => {
  it('is reported with all of its problems and their paths', () => {
    const schema = z.object({
      lines: z.array(z.object({ quantity: z.int().min(1, 'At least one.') })),
      name: text('The name', 3),
    })
    expect(readInput(schema, { lines: [{ quantity: 1 }, { quantity: 0 }], name: 'long' })).toEqual({
      failure: {
        type: 'InvalidInput',
        message: 'lines.1.quantity: At least one. name: The name is too long (at most 3 characters).',
        problems: [
          { path: ['lines', '1', 'quantity'], message: 'At least one.', code: 'TOO_SMALL', limit: 1 },
          { path: ['name'], message: 'The name is too long (at most 3 characters).', code: 'TOO_LONG', limit: 3 },
        ],
      },
    })
  })

  it('is reported with its problems in its own order, whatever was checked first', () => {
    const lines = z.array(z.object({ quantity: z.int().min(1) }))
    const refuse = (path: (string | number)[]) => (_: unknown, context: z.RefinementCtx) =>
      context.addIssue({ code: 'custom', path })
    const schema = z.object({ lines: lines.superRefine(refuse([])), name: text('The name', 3) })
    const read = readInput(schema.superRefine(refuse(['lines', 0])), { name: 'long', lines: [{ quantity: 0 }] })
    const paths = 'failure' in read ? read.failure.problems.map(({ path }) => path.join('.')) : []
    expect(paths).toEqual(['name', 'lines', 'lines.0', 'lines.0.quantity'])
  })

  it('is reported with at most fifty problems', () => {
    const result = readInput(z.array(z.string('No text.')), Array(10_000).fill(1))
    const { problems, message } = 'failure' in result ? result.failure : { problems: [], message: '' }
    expect([problems.length, problems[49]?.path, message.match(/No text/g)?.length]).toEqual([50, ['49'], 50])
  })

  it.each<[string, z.ZodType, unknown, CodedProblem[]]>([
    ['an empty text', text('It', 3), '', [{ code: 'REQUIRED' }]],
    ['an empty line', line('It', 3), ' ', [{ code: 'REQUIRED' }]],
    ['a text that looks empty', text('It', 3), '\u200b', [{ code: 'REQUIRED' }]],
    ['a long text', line('It', 3), 'four', [{ code: 'TOO_LONG', limit: 3 }]],
    ['control characters', text('It', 3), '\0', [{ code: 'INVALID_CHARACTERS' }]],
    ['two lines', line('It', 3), 'a\nb', [{ code: 'INVALID_CHARACTERS' }]],
    [
      'a long key of two lines',
      opaque('It', 2),
      'a\nb',
      [{ code: 'TOO_LONG', limit: 2 }, { code: 'INVALID_CHARACTERS' }],
    ],
    ['a short list', z.array(z.unknown()).min(1), [], [{ code: 'TOO_FEW', limit: 1 }]],
    ['a long list', z.array(z.unknown()).max(1), [1, 2], [{ code: 'TOO_MANY', limit: 1 }]],
    ['a small number', z.int().min(1), 0, [{ code: 'TOO_SMALL', limit: 1 }]],
    ['a great number', z.int().max(1), 2, [{ code: 'TOO_LARGE', limit: 1 }]],
    ['a phone number that cannot be called', phone('It'), '119', [{ code: 'WRONG_FORMAT' }]],
    ['what is no URL', z.url(), 'x', [{ code: 'WRONG_FORMAT' }]],
    ['another value than the possible ones', z.literal('KRW'), 'USD', [{ code: 'NOT_ALLOWED' }]],
    [
      'a refinement with a code',
      z.string().refine(() => false, refusedAs('NOT_FOUND', 'None.')),
      '',
      [{ code: 'NOT_FOUND' }],
    ],
    ['a refinement without one', z.string().refine(() => false), '', [{ code: 'NOT_ALLOWED' }]],
  ])('is reported for programs: %s', (_, schema, value, codes) => {
    const result = readInput(schema, value)
    const problems = 'failure' in result ? result.failure.problems : []
    expect(problems.map(({ path, message, ...coded }) => coded)).toEqual(codes)
  })

  it('is trimmed and normalised before it is measured', () => {
    expect(read(text('The name', 3), '  하나둘 '.normalize('NFD'))).toBe('하나둘')
    expect(read(text('The name', 3), '   ')).toEqual(['The name is missing.'])
    expect(read(optionalText('The card', 3), ' ')).toBe('')
  })

  it.each([
    ['two\nlines', 'two\nlines', ['The name must be one line.']],
    ['NUL \0', ['The name contains unreadable characters.'], ['The name contains unreadable characters.']],
    [
      'half a flower \ud83c',
      ['The name contains unreadable characters.'],
      ['The name contains unreadable characters.'],
    ],
    ['🌹 rose', '🌹 rose', '🌹 rose'],
  ])('%j is read as a text, and as a line', (value, asText, asLine) => {
    expect(read(text('The name', 50), value)).toEqual(asText)
    expect(read(line('The name', 50), value)).toEqual(asLine)
  })

  it('has an idempotency key of at most 255 characters', () => {
    expect(read(idempotencyKey, 'x'.repeat(255))).toHaveLength(255)
    expect(read(idempotencyKey, 'x'.repeat(256))).toEqual(['The idempotency key is too long (at most 255 characters).'])
    expect(read(idempotencyKey, '')).toEqual(['The idempotency key is missing.'])
  })

  it.each([
    ['two lines', 'Kim\nHaneul', ['The name must be one line.']],
    ['a line separator', 'Kim\u2028Haneul', ['The name must be one line.']],
    ['two zero-width spaces', '\u200b\u200b', ['The name is missing.']],
    ['Hangul fillers, which look like nothing', '\u3164\u115f', ['The name is missing.']],
    ['a blank Braille cell', '\u2800', ['The name is missing.']],
    ['marks around it, copied from contacts', '\u202a홍길동\u202c', '홍길동'],
    ['an override that turns it round', 'KJ\u202eSHOP', 'KJSHOP'],
    ['a zero-width space that makes another of it', 'KJ\u200bSHOP', 'KJSHOP'],
    ['a joiner where nothing is joined', 'KJ\u200dSHOP\u200c', 'KJSHOP'],
    ['a zero-width space between a letter and its accent', 'Caf\u0065\u200b\u0301', 'Caf\u00e9'],
    ['a zero-width space in a Hangul syllable', '\u1112\u200b\u1161\u11ab', '\ud55c'],
    ['a soft hyphen', 'Blumen\u00adhaus', 'Blumenhaus'],
    ['a joiner in an Indic name', 'ശ്രീ\u200dകുമാർ ക്\u200dഷ', 'ശ്രീ\u200dകുമാർ ക്\u200dഷ'],
    ['a joiner that ends a word after a virama', 'അവന്\u200d', 'അവന്\u200d'],
    ['a non-joiner in a Persian name', 'علی\u200cرضا', 'علی\u200cرضا'],
    ['an emoji of several', '👩\u200d🌾 🏳\ufe0f\u200d🌈 👩🏽\u200d🌾', '👩\u200d🌾 🏳\ufe0f\u200d🌈 👩🏽\u200d🌾'],
    ['the variant of a Han character', '葛\u{e0100}城', '葛\u{e0100}城'],
  ])('is a name without invisible characters: %s', (_, value, expected) => {
    expect(read(line('The name', 50), value)).toEqual(expected)
  })

  it('keeps the joiners of emoji in a longer text, but must not look empty', () => {
    expect(read(optionalText('The card', 50), '사랑해 👨\u200d👩\u200d👧\n엄마')).toBe(
      '사랑해 👨\u200d👩\u200d👧\n엄마',
    )
    expect(read(text('The address', 50), ' \u200b\u3164\n')).toEqual(['The address is missing.'])
  })

  it('keeps an opaque text unchanged, on one line', () => {
    expect(read(opaque('The token', 50), 'tok\u200d1')).toBe('tok\u200d1')
    expect(read(opaque('The token', 50), 'tok\n1')).toEqual(['The token must be one line.'])
  })
})

describe('a phone number', () => {
  it.each([
    ['010-1234-5678', '010-1234-5678'],
    ['01012345678', '010-1234-5678'],
    ['010.1234.5678', '010-1234-5678'],
    [' 010 1234 5678 ', '010-1234-5678'],
    ['(02) 123-4567', '02-123-4567'],
    ['０１０−１２３４−５６７８', '010-1234-5678'],
    ['010\u20111234\u20115678', '010-1234-5678'],
    ['\u202a010-1234-5678\u202c', '010-1234-5678'],
    ['+82 10-1234-5678', '010-1234-5678'],
    ['+82 (0)10-1234-5678', '010-1234-5678'],
    ['1588-1234', '1588-1234'],
    ['070 1234 5678', '070-1234-5678'],
    ['0507-1234-5678', '0507-1234-5678'],
    ['+82 503 123 4567', '0503-123-4567'],
    ['02-123-4567 ext. 12', '02-123-4567 ext. 12'],
    ['+1 (213) 373-4253', '+1 213 373 4253'],
    ['+4930901820', '+49 30 901820'],
  ])('%j is accepted, and stored as %s', (typed, kept) => {
    expect(read(phone('The phone number'), typed)).toBe(kept)
    expect(read(phone('The phone number'), kept)).toBe(kept)
  })

  it.each([
    '+',
    '+()-',
    '010',
    '010-1234',
    '010-1234-56789',
    '119',
    'call me',
    '+99912345678',
    '010-1234-5678 call me',
  ])('%j is invalid', (typed) => {
    const none = ['The phone number is not one that can be called. A foreign one begins with + and its country.']
    expect(read(phone('The phone number'), typed)).toEqual(none)
  })

  it.each([
    ['010\n1234\n5678', 'The phone number must be one line.'],
    ['\u200b', 'The phone number is missing.'],
    ['1'.repeat(41), 'The phone number is too long (at most 40 characters).'],
  ])('%j is invalid: %s', (typed, why) => expect(read(phone('The phone number'), typed)).toEqual([why]))
})
