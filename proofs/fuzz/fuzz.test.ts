import { execFile } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { parse, validate } from 'graphql'
import { loadSupergraph } from '../../router/supergraph/load.ts'
import { createRandom } from '../simulation/random.ts'
import type { Json } from './json.ts'
import { fuzz, KINDS } from './run.ts'
import { OPERATIONS, SUPERGRAPH } from './seeds.ts'
import { shrink } from './shrink.ts'

it('gets a proper response to every input of the corpus, and to 200 new ones', async () => {
  expect(await fuzz({ seed: 'a unit test', count: 200 })).toBeNull()
})

describe('the fuzzer', () => {
  it('derives its inputs from valid operations', () => {
    const schema = loadSupergraph(SUPERGRAPH).clientSchema
    for (const { query } of OPERATIONS) expect(validate(schema, parse(query))).toEqual([])
  })

  it.each(KINDS.map(({ name }) => name))(
    'creates the same inputs for the same seed, and different ones for different seeds: %s',
    (name) => {
      const kind = KINDS.find((kind) => kind.name === name)
      const inputsOf = (seed: string) =>
        Array.from({ length: 50 }, (_, number) => JSON.stringify(kind?.create(createRandom(`${seed} ${number}`))))
      expect(inputsOf('one')).toEqual(inputsOf('one'))
      expect(new Set([...inputsOf('one'), ...inputsOf('other')]).size).toBeGreaterThan(50)
    },
  )

  it('finds a planted mistake, and prints the input that shows it', async () => {
    const plant = {
      file: 'router/request/validation-rules.ts',
      from: 'if (conditions.length === 0) return standardRule',
      to: 'return standardRule',
    }
    const folder = (path: string) => new URL(path, import.meta.url).pathname
    const program = ['--import', folder('../testing/plant.ts'), folder('./main.ts'), '--count', '0']
    const env = { PATH: process.env.PATH, PLANT: JSON.stringify(plant) }
    const { code, printed } = await new Promise<{ code: unknown; printed: string }>((done) =>
      execFile(process.execPath, program, { env }, (error, out) => done({ code: error?.code, printed: out })),
    )
    expect({ code, printed }).toEqual({
      code: 1,
      printed: expect.stringContaining('documents, number documents.json 1'),
    })
    expect(printed).toMatch(/\{"way":"ws","query":"subscription\s*\{\s*\w+\s*@skip\s*\}"\}/)
  })

  it('shrinks an input as far as possible', async () => {
    const big: Json = { text: 'some words and a * among others', list: [1, { deep: ['*'] }, 3], more: true }
    const hasDeep = async (input: Json) => JSON.stringify(input).includes('deep')
    expect(await shrink(big, hasDeep)).toEqual({ list: [{ deep: [] }] })
  })
})
