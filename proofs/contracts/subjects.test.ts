import { describe, expect, it } from '@jest/globals'
import { published, readFact, readFactOn, subjectOf } from '../../schema/events/facts.ts'
import { samples } from './testing/samples.ts'

describe('a fact is read', () => {
  it.each(samples)('on its own subject only: $file', ({ wire }) => {
    const { type, correlationId: key } = readFact(wire)
    const own = subjectOf(type, key)
    expect(readFactOn(own, wire)).toEqual(wire)
    const others = [
      ...Object.keys(published).map((publisher) => `facts.${publisher}.${type}.${key}`),
      subjectOf(type, '00000000-0000-4000-8000-000000000000'),
      subjectOf(type === 'Paid' ? 'Received' : 'Paid', key),
      subjectOf(type),
      `facts.${type}.${key}`,
      `${own}.x`,
    ].filter((subject) => subject !== own)
    for (const subject of others) expect(() => readFactOn(subject, wire)).toThrow(`${own} only, not on ${subject}`)
  })
})
