import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import type { Claims } from '../chassis/signed-context.ts'
import { loadSupergraph, type Supergraph } from '../router/supergraph/load.ts'
import { operationOf } from '../router/testing/operation.ts'
import { compose } from '../router/testing/router.ts'
import { explain } from './explain/sections.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@shareable", "@interfaceObject", "@authenticated"])`

const parcels = loadSupergraph(
  compose(
    Object.entries({
      goods: `
        type Query { goods: [Good!], accounts: [Account], attic: Chest }
        type Good @key(fields: "id") { id: ID!, title: String, weight(unit: String): Int, cost: Int @authenticated }
        interface Account @key(fields: "id") { id: ID!, name: String }
        type Admin implements Account @key(fields: "id") { id: ID!, name: String, rights: Int }
        type Guest implements Account @key(fields: "id") { id: ID!, name: String }
        type Chest @key(fields: "id") { id: ID!, things: [Thing!] @shareable }
        interface Thing { worth: Int }
        type Coin implements Thing @shareable { worth: Int }
        type Letter implements Thing { worth: Int, text: String }`,
      ship: `
        type Query { cellar: Chest }
        type Good @key(fields: "id") {
          id: ID!, weight(unit: String): Int @external, stock: Int, freight: Int @requires(fields: "weight(unit: \\"kg\\")") }
        type Account @key(fields: "id") @interfaceObject { id: ID!, parcels: Int }
        type Chest @key(fields: "id") { id: ID!, things: [Thing!] @shareable }
        interface Thing { worth: Int }
        type Coin implements Thing @shareable { worth: Int }`,
    }).map(([name, sdl]) => ({ name, url: `http://${name}.test/graphql`, typeDefs: `${LINK} ${sdl}` })),
  ),
)

const OF_A_CUSTOMER: Claims = { sub: 'lee', roles: ['CUSTOMER'], scopes: [] }

/** The text for an operation, and its sections by their titles. */
function explained(supergraph: Supergraph, source: string, variables = {}, claims: Claims = null) {
  const operation = operationOf(supergraph.clientSchema, source)
  const { text, problem } = explain(supergraph, { operation, variables }, claims)
  const sections = text.split(/^## /m).map((section) => section.split('\n\n'))
  const section = (title: string) =>
    sections
      .find(([first]) => first === title)
      ?.slice(1)
      .join('\n\n') ?? ''
  return { text, problem, section }
}

/** The variables in the body of the fetch with this number. */
function sentBy(section: string, number: number) {
  const [, body = 'null'] = new RegExp(`^Fetch ${number}:[\\s\\S]*?^ {2}body +(.*)$`, 'm').exec(section) ?? []
  return JSON.parse(body)
}

describe('an operation explained', () => {
  it('has what the router answers itself, and the request to the owner of each node', () => {
    const own = loadSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'))
    const { section, problem } = explained(own, '{ node(id: "x") { ... on Order { placedAt } } }', {}, OF_A_CUSTOMER)
    expect(problem).toBeUndefined()
    const fetches = section('Fetches')
    expect(fetches).toContain('router (the router itself), fields at the root\n  answers  the type and the id')
    expect(fetches).toContain(': order (http://order/graphql), entities at node')
    expect(fetches).toContain('{...on Order{placedAt _exists:__typename}}')
    expect(fetches.match(/_exists:__typename/g)).toHaveLength(8)
  })

  it('has the keys and required fields of an entity, and the names of client and plan', () => {
    const { section } = explained(parcels, '{ goods { id: title freight stock } }')
    expect(section("Apollo's plan")).toContain('weight(unit: "kg")')
    expect(section('The plan that runs')).toContain('id_ is id in the response.')
    expect(section('The plan that runs')).toContain('weight__0 is weight(unit: "kg"), for a @requires.')
    expect(section('Order of the fetches').trim().split('\n')).toEqual([
      'one after the other',
      '  fetch 1: goods, fields at the root',
      '  fetch 2: ship, entities at goods.@',
    ])
    expect(section('Fetches')).toContain('Fetch 2: ship (http://ship.test/graphql), entities at goods.@')
    expect(section('Fetches')).toContain('needs    Good { __typename id weight: weight__0 }')
    expect(section('Fetches')).toContain('id is a key\n           weight__0 is required by Good.freight')
    expect(sentBy(section('Fetches'), 2).variables).toEqual({
      representations: [{ __typename: 'Good', id: '‹id›', weight: '‹weight__0›' }],
    })
    expect(section('Response')).toMatch(/^goods\.id: title +String +fetch 1; called id_ in the plan$/m)
    expect(section('Response')).toMatch(/^goods\.freight +Int +fetch 2$/m)
  })

  it('has the representations of an interface object by its own name', () => {
    const { section } = explained(parcels, '{ accounts { name parcels ... on Admin { rights } } }')
    expect(sentBy(section('Fetches'), 2).variables).toEqual({
      representations: [{ __typename: 'Account', id: '‹id›' }],
    })
    expect(section('Response')).toMatch(/^accounts\.rights \(on Admin\) +Int +fetch 1$/m)
  })

  it.each([true, false])('is planned for the values of its conditions (%s)', (v) => {
    const { section } = explained(parcels, 'query ($v: Boolean!) { goods { title ship: stock @include(if: $v) } }', {
      v,
    })
    expect(section('With these values of its conditions').includes('stock')).toBe(v)
    expect(section('Order of the fetches').includes('fetch 2: ship, entities at goods.@')).toBe(v)
    expect(sentBy(section('Fetches'), 2)?.variables).toEqual(
      v ? { representations: [{ __typename: 'Good', id: '‹id›' }] } : undefined,
    )
    expect(/^goods\.ship: stock +Int +fetch 2$/m.test(section('Response'))).toBe(v)
  })

  it('names what the planner dropped, and what no fetch brings', () => {
    const restored = explained(parcels, '{ attic { things { ... on Letter { text } } } }')
    expect(restored.section("Apollo's plan")).not.toContain('text')
    expect(restored.section('The plan that runs')).toMatch(
      /Fields that the planner had dropped are restored\.[\s\S]* text/,
    )
    expect(restored.section('Response')).toMatch(/^attic\.things\.text \(on Letter\) +String +fetch 1$/m)
    const missing = explained(parcels, '{ cellar { things { worth ... on Letter { text } } } }')
    expect(missing.section('Response')).toMatch(
      /^cellar\.things\.text \(on Letter\) +String +NO FETCH: null with an error$/m,
    )
  })

  it('has what authorization removes', () => {
    const nobody = explained(parcels, '{ goods { title price: cost } }')
    expect(nobody.section('Authorization of nobody')).toContain(
      'goods.price is removed, and null with an error: Good.cost needs a signed-in user. (UNAUTHENTICATED)',
    )
    expect(nobody.section('Fetches')).not.toContain('cost')
    expect(nobody.section('Response')).toMatch(/^goods\.price +refused: null with an error$/m)
    const user = explained(parcels, '{ goods { price: cost } }', {}, { sub: 'u1', roles: [], scopes: [] })
    expect(user.text).toContain('Nothing is removed.')
    expect(user.section('Fetches')).toContain('price:cost')
  })

  it('ends where the router has an error alone, and says why', () => {
    const { problem, text } = explained(parcels, 'query ($v: Boolean!) { goods @include(if: $v) { id } }')
    expect(problem).toBe('Variable "$v" of required type "Boolean!" was not provided.')
    expect(text).not.toContain('plan')
  })

  it('is one of our own supergraph, also a subscription with its event', () => {
    const own = loadSupergraph(readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'))
    const menu = explained(own, '{ items { nodes { name store { name } } } }')
    expect(menu.section('Fetches')).toContain('Fetch 2: store (http://store/graphql), entities at items.nodes.@.store')
    const customer = { sub: 'u1', roles: ['CUSTOMER'], scopes: [] }
    const live = explained(
      own,
      'subscription { myPageUpdated { entry { summary order { total { amount } } } } }',
      {},
      customer,
    )
    expect(live.section('Fetches')).toContain('The event, in place of a fetch from my-page')
    expect(live.section('Response')).toMatch(/^myPageUpdated\.entry\.summary +String! +the event/m)
    expect(live.section('Response')).toMatch(/^myPageUpdated\.entry\.order\.total\.amount +Int! +fetch 1/m)
  })
})

describe('npm run explain', () => {
  const program = fileURLToPath(new URL('./explain.ts', import.meta.url))
  const run = (args: string[], input = '') => {
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, input, encoding: 'utf8' })
    return { status, stdout, stderr: stderr.trim() }
  }

  it('reads the operation, its variables and the caller', () => {
    const args = ['--operation', '-', '--name', 'B', '--variables', '{"n":3}', '--roles', 'CUSTOMER']
    const { status, stdout, stderr } = run(
      args,
      'query A { __typename } query B($n: Int) { items(first: $n) { nodes { id } } me { id } }',
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('"variables":{"n":3}')
    expect(stdout).toContain('Nothing is removed.')
  })

  it.each([
    ['an invalid operation', ['--operation', '-'], '{\n  itms }', 1, /^standard input:2:3: Cannot query field "itms"/],
    ['a syntax error', ['--operation', '-'], '{ items', 1, /^standard input:1:8: Syntax Error/],
    ['a missing file', ['--operation', 'nowhere.graphql'], '', 1, /^The file cannot be read: .*nowhere\.graphql'$/],
    [
      'no supergraph',
      ['--operation', '-', '--supergraph', 'README.md'],
      '',
      78,
      /^README\.md: This is not a supergraph: .*$/,
    ],
    [
      'variables that are none',
      ['--operation', '-', '--variables', '[]'],
      '{ __typename }',
      1,
      /^--variables is a JSON object, not \[\]$/,
    ],
  ])('answers %s in a line', (_, args, input, status, message) => {
    expect(run(args, input)).toEqual({ status, stdout: '', stderr: expect.stringMatching(message) })
  })
})
