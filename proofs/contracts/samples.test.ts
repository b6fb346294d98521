import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { contracts, readFact } from '../../schema/events/facts.ts'
import { samples } from './testing/samples.ts'

/** What by these contracts can't be read of the facts that are on the wire already, or would be lost; a line each. */
function breaches(by: { [fact: string]: z.ZodType }): string[] {
  return samples.flatMap(({ file, wire: { type, data } }) => {
    const read = by[type]?.safeParse(data)
    if (!read) return [`${file}: nobody knows ${type} any more`]
    if (!read.success) return read.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`)
    return JSON.stringify(read.data) === JSON.stringify(data) ? [] : [`${file}: something is lost or changed`]
  })
}

describe('the golden samples', () => {
  it('are there for every fact', () => {
    expect(new Set(samples.map(({ wire }) => wire.type))).toEqual(new Set(Object.keys(contracts)))
    expect(samples.map(({ file }) => file)).toEqual(
      expect.arrayContaining(Object.keys(contracts).map((name) => `${name}.v1.json`)),
    )
  })

  it.each(samples)('$file is called what it is, and written to be read', ({ file, text, wire }) => {
    expect(file).toMatch(new RegExp(`^${wire.type}\\.v${wire.version}(\\.[a-z-]+)?\\.json$`))
    expect(text).toBe(`${JSON.stringify(wire, null, 2)}\n`)
  })

  it.each(samples)('$file is read whole', ({ wire }) => {
    expect(readFact(wire)).toStrictEqual(wire)
  })

  it('keep every contract', () => {
    expect(breaches(contracts)).toEqual([])
  })
})

describe('a contract that no longer takes what is on the wire is seen', () => {
  it.each<[what: string, planted: { [fact: string]: z.ZodType }, seen: string]>([
    [
      'a new field that must be there',
      { Received: contracts.Received.extend({ florist: z.string() }) },
      'Received.v1.json: florist:',
    ],
    [
      'a field that must be there in a part',
      { Paid: contracts.Paid.extend({ amount: z.object({ amount: z.int(), taxes: z.int() }) }) },
      'Paid.v1.json: amount.taxes:',
    ],
    [
      'fewer reasons',
      { OrderCancelled: contracts.OrderCancelled.extend({ reason: z.enum(['CUSTOMER']) }) },
      'OrderCancelled.v1.out-of-stock.json: reason:',
    ],
    [
      'fewer answers',
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
      'another name',
      { Ordered: contracts.Ordered.omit({ payBy: true }).extend({ payUntil: z.string().optional() }) },
      'Ordered.v1.json:',
    ],
  ])('%s', (_, planted, seen) => {
    expect(breaches({ ...contracts, ...planted })).toContainEqual(expect.stringContaining(seen))
  })

  it('a fact that is gone', () => {
    const { Rejected: _, ...left } = contracts
    expect(breaches(left)).toContain('Rejected.v1.json: nobody knows Rejected any more')
    expect(() => readFact({ ...samples[0]?.wire, type: 'Accepted' })).toThrow('There is no fact called Accepted.')
  })

  it('but one that may have more is kept', () => {
    const grown = { Received: contracts.Received.extend({ florist: z.string().optional() }) }
    expect(breaches({ ...contracts, ...grown })).toEqual(breaches(contracts))
  })
})
