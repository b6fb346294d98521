import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { buildSchema, isEnumType } from 'graphql'
import { contracts, published } from '../../schema/events/facts.ts'
import { CALLS } from '../../scripts/contexts.mjs'
import { hearsByContext } from './testing/contexts.ts'
import { tableUnder } from './testing/tables.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const language = read('../../docs/language.md')

const listed = (cell = '') => (cell === '–' ? [] : cell.split(', ').sort())

/** A line for each fact in the page: its publisher, and the contexts that hear it. */
const factLines = (text: string) =>
  tableUnder('Facts', text).map((row) => `${row.publisher} says ${row.fact}: ${listed(row['heard by']).join(' ')}`)

const hears = await hearsByContext()
const hearersOf = (fact: string) => Object.keys(hears).filter((context) => hears[context]?.includes(fact))
const facts = Object.entries(published).flatMap(([publisher, own]) =>
  Object.keys(own).map((fact) => ({ publisher, fact, hearers: hearersOf(fact).sort() })),
)
const inCode = facts.map(({ publisher, fact, hearers }) => `${publisher} says ${fact}: ${hearers.join(' ')}`)

describe('docs/language.md', () => {
  it('has every context, and no others', () => {
    expect(
      tableUnder('Contexts', language)
        .map(({ context }) => context)
        .sort(),
    ).toEqual(Object.keys(hears).sort())
  })

  it('has every fact with the publisher and the hearers of the code', () => {
    expect(factLines(language).sort()).toEqual(inCode.sort())
  })

  it('has the facts that the API names, and no others', () => {
    const api = buildSchema(read('../../schema/api.graphql'))
    const named = api.getType('OrderFact')
    const values = isEnumType(named) ? named.getValues().map(({ name }) => name) : []
    // my-page shows what happens to orders; of a store it keeps the name.
    expect(values.sort()).toEqual(hears['my-page']?.filter((fact) => fact !== 'StoreRegistered').sort())
  })

  it('and no README of a context that lists what it hears and says leaves anything out', () => {
    const missing = ['payment', 'item', 'store', 'delivery'].flatMap((context) => {
      const readme = read(`../../subgraphs/${context}/README.md`)
      const own = facts.filter(({ publisher, hearers }) => publisher === context || hearers.includes(context))
      return own.flatMap(({ fact }) => (RegExp(`\\b${fact}\\b`).test(readme) ? [] : [`${context}: ${fact}`]))
    })
    expect(missing).toEqual([])
  })

  it('says that account hears nothing', () => {
    expect(facts.filter(({ hearers }) => hearers.includes('account'))).toEqual([])
    expect(hears.account).toEqual([])
  })

  it('says who hears whom', () => {
    const map = tableUnder('Who hears whom', language).map((row) => [row.context, listed(row.hears)])
    const heard = (context: string) => facts.filter(({ hearers }) => hearers.includes(context))
    const publishersHeard = (context: string) => [...new Set(heard(context).map(({ publisher }) => publisher))].sort()
    expect(Object.fromEntries(map)).toEqual(
      Object.fromEntries(Object.keys(hears).map((context) => [context, publishersHeard(context)])),
    )
  })

  it('says who asks whom, besides the router: each with a key of its own', () => {
    const inDocs = tableUnder('Who hears whom', language).flatMap(({ context, asks }) =>
      listed(asks).map((asked) => [context, asked]),
    )
    expect(inDocs).toEqual(CALLS.filter(([caller]) => caller !== 'router'))
  })

  it('says what each fact carries', () => {
    const inDocs = tableUnder('What facts carry', language).flatMap((row) =>
      listed(row.facts).map((fact) => [fact, listed(row.carry)]),
    )
    const shapes = Object.entries(contracts).map(([fact, { shape }]) => [fact, Object.keys(shape).sort()])
    expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(shapes))
  })

  it('has the states of the API', () => {
    const types = Object.values(buildSchema(read('../../schema/api.graphql')).getTypeMap()).filter(isEnumType)
    const statuses = types.filter(({ name }) => name.endsWith('Status'))
    const states = statuses.map((type) => [
      type.name,
      type
        .getValues()
        .map(({ name }) => name)
        .sort(),
    ])
    const inDocs = tableUnder('States', language).map((row) => [row.enum, listed(row.states)])
    expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(states))
  })

  it('has a unique Korean name for every fact', () => {
    const names = tableUnder('Facts', language).map(({ korean }) => korean)
    expect(names.every((name) => /^[가-힣]+$/.test(name ?? ''))).toBe(true)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a difference is found if', () => {
  it.each<[what: string, from: string, to: string]>([
    ['a fact is left out', '| payment | Paid |', '| payment | Payed |'],
    ['another context publishes it', '| store | Received |', '| order | Received |'],
    ['a hearer is left out', '| order, delivery, my-page |', '| order, my-page |'],
    [
      'a context is listed that does not hear it',
      '| a rider is asked for, for the first attempt or the second | my-page |',
      '| a rider is asked for, for the first attempt or the second | account, my-page |',
    ],
  ])('%s', (_, from, to) => {
    const changed = language.replace(from, to)
    expect(changed).not.toBe(language)
    expect(factLines(changed).sort()).not.toEqual(inCode.sort())
  })
})
