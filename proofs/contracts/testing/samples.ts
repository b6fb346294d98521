import { readdirSync, readFileSync } from 'node:fs'
import { type Fact, type FactName, readFact } from '../../../schema/events/facts.ts'

const FOLDER = new URL('../../../schema/events/samples/', import.meta.url)

/** A golden sample: a fact as it is on the wire, which never changes (scripts/check-samples.ts). */
export type Sample = { file: string; text: string; wire: { type: string; version: number; data: object } }

/** Every golden sample: for each fact `Fact.v1.json`, and `Fact.v1.<kind>.json` for its further kinds. */
export const samples: Sample[] = readdirSync(FOLDER)
  .sort()
  .map((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8')
    return { file, text, wire: JSON.parse(text) }
  })

/** The golden sample of a fact, read by its contract. */
export function sampleOf<Name extends FactName>(type: Name, kind = ''): Fact<Name> {
  const file = `${type}.v1${kind && `.${kind}`}.json`
  const sample = samples.find((other) => other.file === file)
  if (!sample) throw new Error(`There is no golden sample ${file}.`)
  const fact = readFact(sample.wire)
  if (fact.type !== type) throw new Error(`${file} is a sample of ${fact.type}.`)
  // Checked above; TypeScript cannot narrow a generic type.
  return fact as Fact<Name>
}
