import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { brokenPromises, lastContract, unannouncedChanges, wrongDeprecations } from './contract.ts'

const TODAY = new Date('2027-06-01')
const LONG_AGO = '@deprecated(reason: "Since 2026-11-29: use `b`.")'
const LATELY = '@deprecated(reason: "Since 2027-05-01: use `b`.")'

const query = (fields: string, types = '') => buildSchema(`type Query { b: Int ${fields} } ${types}`)
const changes = (last: ReturnType<typeof query>, contract: ReturnType<typeof query>) =>
  unannouncedChanges(last, contract, TODAY)

const inputOf = (fields: string) => query('f(i: I): Int', `input I { kept: Int ${fields} }`)

describe('a removal from the contract', () => {
  const enumOf = (values: string) => query('e: E', `enum E { KEPT ${values} }`)
  const argsOf = (args: string) => query(`f(kept: Int ${args}): Int`)

  it.each([
    ['a field', (how: string) => query(`a: Int ${how}`), query('')],
    ['an enum value', (how: string) => enumOf(`OLD ${how}`), enumOf('')],
    ['an argument', (how: string) => argsOf(`old: Int ${how}`), argsOf('')],
    ['an input field', (how: string) => inputOf(`old: Int ${how}`), inputOf('')],
  ])('of %s passes only if it was deprecated 180 days ago', async (_, last, without) => {
    expect(await changes(last(LONG_AGO), without)).toEqual([])
    expect(await changes(last(LATELY), without)).toEqual([expect.stringContaining('may be removed from 2027-10-28 on')])
    expect(await changes(last('@deprecated(reason: "use b")'), without)).toEqual([
      expect.stringMatching('deprecate it first'),
    ])
    expect(await changes(last(''), without)).toEqual([expect.stringContaining('deprecate it first')])
  })

  it('of a type passes with the last field that has it', async () => {
    const last = (how: string) => query(`a: A ${how}`, 'type A { c: Int }')
    expect(await changes(last(LONG_AGO), query(''))).toEqual([])
    expect(await changes(last(''), query(''))).toEqual([expect.stringContaining('Query.a')])
  })
})

describe('a change of the contract', () => {
  it('may make an enum of a String in answers, and add what it likes', async () => {
    const E = 'enum E { A B }'
    expect(await changes(query('a: [String!]!'), query('a: [E!]! c: Int', E))).toEqual([])
    expect(await changes(query('a(b: String): Int'), query('a(b: E): Int', E))).toHaveLength(1)
    expect(await changes(inputOf('a: String'), query('f(i: I): Int', `input I { kept: Int a: E } ${E}`))).toHaveLength(
      1,
    )
    expect(await changes(query('a: Int'), query('a: E', E))).toHaveLength(1)
  })

  it.each([
    ['another type', query('a: Int'), query('a: String')],
    ['null where it was not', query('a: Int!'), query('a: Int')],
    ['a required argument', query('a: Int'), query('a(b: Int!): Int')],
    [
      'fewer members',
      query('u: U', 'union U = A | B type A { c: Int } type B { c: Int }'),
      query('u: U', 'union U = A type A { c: Int }'),
    ],
  ])('may not be %s', async (_, last, contract) => {
    expect(await changes(last, contract)).toEqual([expect.stringContaining('add another one beside it')])
  })

  it('may be one that is recorded as deliberate, and no other', async () => {
    const [last, contract] = [query('a: Int!'), query('a: Int')]
    const recorded = (path: string, to: string) =>
      unannouncedChanges(last, contract, TODAY, [{ path, from: 'Int!', to, why: 'There may be none.' }])
    expect(await recorded('Query.a', 'Int')).toEqual([])
    expect(await recorded('Query.b', 'Int')).toHaveLength(1)
    expect(await recorded('Query.a', 'String')).toHaveLength(1)
  })
})

it('the API keeps what the contract promises, deprecated or not', async () => {
  expect(await brokenPromises(query('a: Int'), query('a: Int c: Int'))).toEqual([])
  expect(await brokenPromises(query(`a: Int ${LONG_AGO}`), query(''))).toEqual([
    expect.stringContaining('but the contract promises it'),
  ])
})

describe('a deprecation', () => {
  const wrong = (contract: string, api: string) =>
    wrongDeprecations(query(`a(c: Int): Int ${contract}`), query(`a(c: Int): Int ${api}`), TODAY)

  it('says since when, and what to use, in the contract as in the API', () => {
    expect(wrong(LATELY, LATELY)).toEqual([])
    expect(wrong('', LATELY)).toEqual([expect.stringContaining('Query.a: deprecate it in schema/contract.graphql')])
    expect(wrong(LONG_AGO, LATELY)).toHaveLength(1)
  })

  it.each(['', '(reason: "use b")', '(reason: "Since 2027-13-01: use b")', '(reason: "Since 2027-06-02: use b")'])(
    'is refused with @deprecated%s',
    (reason) => {
      expect(wrong(`@deprecated${reason}`, `@deprecated${reason}`)).toEqual([expect.stringContaining('since when')])
    },
  )
})

describe('the last contract', () => {
  let root: string
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  const git = (...args: string[]) => {
    const settings = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgSign=false']
    execFileSync('git', [...settings, ...args], { cwd: root, env, stdio: 'pipe' })
  }
  const write = (text: string) => writeFileSync(join(root, 'schema/contract.graphql'), text)
  const commit = (text: string) => {
    write(text)
    git('add', '--all')
    git('commit', '--allow-empty', '--message', text)
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'contract-'))
    mkdirSync(join(root, 'schema'))
    git('init')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('is the committed one while it is being changed, then the one before', () => {
    commit('one')
    expect(lastContract(root)).toBeNull()
    write('two')
    expect(lastContract(root)).toBe('one')
    commit('two')
    git('commit', '--allow-empty', '--message', 'another')
    expect(lastContract(root)).toBe('one')
    write('three')
    expect(lastContract(root)).toBe('two')
  })
})
