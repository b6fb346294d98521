import { execFile } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { parse, validate } from 'graphql'
import { loadSupergraph } from '../../router/supergraph/load.ts'
import { random } from '../simulation/random.ts'
import type { Json } from './json.ts'
import { fuzz, KINDS } from './run.ts'
import { OPERATIONS, SUPERGRAPH } from './seeds.ts'
import { shrink } from './shrink.ts'

it('answers whatever comes from outside: what once broke something, and 200 inputs more', async () => {
  expect(await fuzz({ seed: 'a unit test', count: 200 })).toBeNull()
})

describe('the fuzzer', () => {
  it('begins with what is right', () => {
    const schema = loadSupergraph(SUPERGRAPH).clientSchema
    for (const { query } of OPERATIONS) expect(validate(schema, parse(query))).toEqual([])
  })

  it.each(KINDS.map(({ name }) => name))('makes the same for the same seed, and others for others: %s', (name) => {
    const kind = KINDS.find((one) => one.name === name)
    const inputsOf = (seed: string) =>
      Array.from({ length: 50 }, (_, number) => JSON.stringify(kind?.make(random(`${seed} ${number}`))))
    expect(inputsOf('one')).toEqual(inputsOf('one'))
    expect(new Set([...inputsOf('one'), ...inputsOf('other')]).size).toBeGreaterThan(50)
  })

  it('finds what is planted, and says by which input', async () => {
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

  it('makes an input as small as it can be', async () => {
    const big: Json = { text: 'some words and a * among others', list: [1, { deep: ['*'] }, 3], more: true }
    const needs = async (input: Json) => JSON.stringify(input).includes('deep')
    expect(await shrink(big, needs)).toEqual({ list: [{ deep: [] }] })
  })
})
