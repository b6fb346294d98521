import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { z } from 'zod'
import { samples } from '../contracts/testing/samples.ts'

type Released = Record<string, Parameters<typeof z.fromJSONSchema>[0]>
const released: Released = JSON.parse(
  readFileSync(new URL('../../schema/released/facts.json', import.meta.url), 'utf8'), // proofs/released/main.ts wrote it.
)

/** The facts that the release before knows; it never hears the others. */
const known = samples.filter(({ wire }) => wire.type in released)

it.each(known)('$file is taken by processes of the release before', ({ wire }) => {
  const contract = z.fromJSONSchema(released[wire.type] ?? {})
  expect(contract.safeParse(wire.data)).toMatchObject({ success: true })
})
