import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { idempotencyKey, line, optionalText, readInput, text } from './inputs.ts'

const read = (schema: z.ZodType, value: unknown) => {
  const result = readInput(z.object({ it: schema }), { it: value })
  return 'failure' in result ? result.failure.problems.map(({ message }) => message) : result.value.it
}

describe('an input', () => {
  it('tells everything that is wrong with it, and where', () => {
    const schema = z.object({
      lines: z.array(z.object({ quantity: z.int().min(1, 'At least one.') })),
      name: text('The name', 3),
    })
    expect(readInput(schema, { lines: [{ quantity: 1 }, { quantity: 0 }], name: 'long' })).toEqual({
      failure: {
        type: 'InvalidInput',
        message: 'lines.1.quantity: At least one. name: The name is too long (at most 3 characters).',
        problems: [
          { path: ['lines', '1', 'quantity'], message: 'At least one.' },
          { path: ['name'], message: 'The name is too long (at most 3 characters).' },
        ],
      },
    })
  })

  it('is trimmed and normalised before it is measured', () => {
    expect(read(text('The name', 3), '  하나둘 '.normalize('NFD'))).toBe('하나둘')
    expect(read(text('The name', 3), '   ')).toEqual(['The name is missing.'])
    expect(read(optionalText('The card', 3), ' ')).toBe('')
  })

  it.each([
    ['two\nlines', 'two\nlines', ['The name is one line.']],
    [
      'NUL \0',
      ["The name has characters in it that can't be read."],
      ["The name has characters in it that can't be read."],
    ],
    [
      'half a flower \ud83c',
      ["The name has characters in it that can't be read."],
      ["The name has characters in it that can't be read."],
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
})
