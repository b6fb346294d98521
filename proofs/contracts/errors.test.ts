import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { buildSchema, isEnumType, isInterfaceType } from 'graphql'
import { CloseCode } from 'graphql-ws'
import type { InputProblem } from '../../chassis/failures.ts'
import { code } from '../../router/errors.ts'
import type { InputProblemCode } from '../../subgraphs/order/inbound/graphql/types.generated.ts'
import { type Row, tablesUnder } from './testing/tables.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(`${ROOT}docs/errors.md`, 'utf8')
const api = buildSchema(readFileSync(`${ROOT}schema/api.graphql`, 'utf8'))

/** The text of all source files, without tests and generated ones. */
const sources = (...patterns: string[]) =>
  globSync(patterns, { cwd: ROOT, exclude: (name) => name === 'testing' })
    .filter((file) => !/\.(test|generated)\.ts$/.test(file))
    .map((file) => readFileSync(ROOT + file, 'utf8'))
    .join('\n')
const router = sources('router/**/*.ts')
const live = sources('router/live/**/*.ts')
const contexts = sources('chassis/**/*.ts', 'subgraphs/*/{domain,application,inbound}/**/*.ts')

const sorted = (names: Iterable<string>) => [...new Set(names)].sort()
const found = (text: string, ...patterns: RegExp[]) =>
  sorted(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name)))

/** What the tables under a heading list in a column; a cell may list several. */
const rowsUnder = (heading: string): Row[] => tablesUnder(heading, page).flat()
const listed = (heading: string, column: string) =>
  sorted(rowsUnder(heading).flatMap((row) => row[column]?.match(/\w+/g) ?? []))

const codesOfContexts = found(contexts, /\bextensions(?: =|:) \{ code: '([A-Z_]+)'/g)

describe('docs/errors.md', () => {
  it('has every code of an error that the router sets, and no others', () => {
    expect(listed('Errors', 'code')).toEqual(sorted(Object.values(code)))
  })

  it('has the codes that contexts set', () => {
    expect(listed('Errors', 'code')).toEqual(expect.arrayContaining(codesOfContexts))
  })

  it('has every HTTP status of the router, and no others', () => {
    const http = sources('router/http/*.ts', 'router/live/clients/{sse,ws}.ts', 'chassis/http.ts')
    const failures = found(http.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, ''), /(?<=[ (])([45][012]\d)(?=[ ,):;|]|$)/gm)
    expect(listed('HTTP statuses', 'status')).toEqual(['200', ...failures])
    const ofErrors = rowsUnder('Errors').flatMap((row) => row.status?.match(/\d{3}/g) ?? [])
    expect(listed('HTTP statuses', 'status')).toEqual(expect.arrayContaining(ofErrors))
  })

  it('has every close code of a WebSocket, and no others', () => {
    const named = found(live, /\bCloseCode\.(\w+)/g).map((name) => String(CloseCode[name as keyof typeof CloseCode]))
    const own = found(live, /^(?:export )?const [A-Z_]+ = (1\d{3})$/gm)
    // Those that the package ws, or the client itself, sets.
    const others = ['1002', '1006', '1007', '1009']
    expect(listed('Close codes of WebSockets', 'code')).toEqual(sorted([...named, ...own, ...others]))
  })

  it('has every failure, and no others', () => {
    const failure = api.getType('Failure')
    if (!isInterfaceType(failure)) throw new Error('Failure is no interface.')
    const names = api.getImplementations(failure).objects.map(({ name }) => name)
    expect(listed('Failures of mutations', 'failure')).toEqual(sorted(names))
  })

  it('has every code of a problem of an input, with its limit, and no others', () => {
    const codes = api.getType('InputProblemCode')
    if (!isEnumType(codes)) throw new Error('InputProblemCode is no enum.')
    const inSchema = codes.getValues().map(({ name, description }) => [name, description?.includes('`limit`')])
    const inPage = rowsUnder('Problems of an input').map((row) => [row.code?.slice(1, -1), row.limit !== ''])
    expect(inPage).toEqual(inSchema)
  })
})

describe('the code', () => {
  it('sets each code of an error somewhere', () => {
    const isSet = ([name, text]: [string, string]) =>
      new RegExp(`\\bcode\\.${name}\\b`).test(router) || codesOfContexts.includes(text)
    expect(Object.entries(code).filter((each) => !isSet(each))).toEqual([])
  })

  it('gives problems of inputs the codes of the schema, each somewhere', () => {
    // Compares the types, because the codes are a type in the chassis.
    const same: [InputProblem['code'], InputProblemCode] extends [InputProblemCode, InputProblem['code']]
      ? true
      : false = true
    expect(same).toBe(true)
    const given = found(
      contexts,
      /\bcode: (?:[^{}]* \? )?'([A-Z_]+)'/g,
      /'([A-Z_]+)', limit/g,
      /: '(TOO_\w+)'/g,
      /refusedAs\('([A-Z_]+)'/g,
    )
    expect(given).toEqual(expect.arrayContaining(listed('Problems of an input', 'code')))
  })
})
