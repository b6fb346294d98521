import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { contracts, readFact } from '../../schema/events/facts.ts'
import { samples } from './testing/samples.ts'

/** The data of published facts that these contracts cannot read, or would lose; one line each. */
function breaches(by: { [fact: string]: z.ZodType }): string[] {
  return samples.flatMap(({ file, wire: { type, data } }) => {
    const read = by[type]?.safeParse(data)
    if (!read) return [`${file}: ${type} has no contract`]
    if (!read.success) return read.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`)
    return JSON.stringify(read.data) === JSON.stringify(data) ? [] : [`${file}: data are lost or changed`]
  })
}

describe('the golden samples', () => {
  it('exist for every fact', () => {
    expect(new Set(samples.map(({ wire }) => wire.type))).toEqual(new Set(Object.keys(contracts)))
    expect(samples.map(({ file }) => file)).toEqual(
      expect.arrayContaining(Object.keys(contracts).map((name) => `${name}.v1.json`)),
    )
  })

  it.each(samples)('$file is named by its type and version, and formatted', ({ file, text, wire }) => {
    expect(file).toMatch(new RegExp(`^${wire.type}\\.v${wire.version}(\\.[a-z-]+)?\\.json$`))
    expect(text).toBe(`${JSON.stringify(wire, null, 2)}\n`)
  })

  it.each(samples)('$file is read without loss', ({ wire }) => {
    expect(readFact(wire)).toStrictEqual(wire)
  })

  it('satisfy every contract', () => {
    expect(breaches(contracts)).toEqual([])
  })
})

describe('a contract that no longer accepts published facts is found', () => {
  it.each<[what: string, planted: { [fact: string]: z.ZodType }, breach: string]>([
    [
      'a new required field',
      { Received: contracts.Received.extend({ florist: z.string() }) },
      'Received.v1.json: florist:',
    ],
    [
      'a required field of a nested object',
      { Paid: contracts.Paid.extend({ amount: z.object({ amount: z.int(), taxes: z.int() }) }) },
      'Paid.v1.json: amount.taxes:',
    ],
    [
      'fewer values of an enum',
      { OrderCancelled: contracts.OrderCancelled.extend({ reason: z.enum(['CUSTOMER']) }) },
      'OrderCancelled.v1.out-of-stock.json: reason:',
    ],
    [
      'only one value of a boolean',
      { RegistrationCancelled: contracts.RegistrationCancelled.extend({ decorated: z.literal(false) }) },
      'RegistrationCancelled.v1.decorated.json: decorated:',
    ],
    [
      'another type',
      { StockChanged: contracts.StockChanged.extend({ available: z.string() }) },
      'StockChanged.v1.json: available:',
    ],
    [
      'a field that is no longer read',
      { Decorated: contracts.Decorated.omit({ ownerId: true }) },
      'Decorated.v1.json:',
    ],
    [
      'a renamed field',
      { Ordered: contracts.Ordered.omit({ payBy: true }).extend({ payUntil: z.string().optional() }) },
      'Ordered.v1.json:',
    ],
  ])('%s', (_, planted, breach) => {
    expect(breaches({ ...contracts, ...planted })).toContainEqual(expect.stringContaining(breach))
  })

  it('a removed fact', () => {
    const { Rejected: _, ...left } = contracts
    expect(breaches(left)).toContain('Rejected.v1.json: Rejected has no contract')
    expect(() => readFact({ ...samples[0]?.wire, type: 'Accepted' })).toThrow('There is no fact called Accepted.')
  })

  it('but a new optional field is accepted', () => {
    const grown = { Received: contracts.Received.extend({ florist: z.string().optional() }) }
    expect(breaches({ ...contracts, ...grown })).toEqual(breaches(contracts))
  })
})
