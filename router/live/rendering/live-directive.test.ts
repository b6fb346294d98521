import { describe, expect, it } from '@jest/globals'
import { JsonNumber } from '../../../chassis/exact-json.ts'
import { globalId } from '../../../chassis/global-ids.ts'
import { loadSupergraph, UnusableSupergraph } from '../../supergraph/load.ts'
import { liveSdl } from '../../testing/auction.ts'
import { compose } from '../../testing/router.ts'
import { type LiveField, readLiveFields, subjectsOf } from './live-directive.ts'

const PAYLOAD = 'kind: UpdateKind!, cursor: LiveCursor!, thing: String'
const load = (fields: string, payload = PAYLOAD, own = '') => {
  const typeDefs = `${liveSdl(fields)} ${own} type Query { x: Int } input Box { x: Int } type Update { ${payload} }`
  return readLiveFields(loadSupergraph(compose([{ name: 'one', url: 'http://127.0.0.1:1', typeDefs }])))
}
const field = (subjects: string, args = 'id: ID, n: Int, many: [ID!], box: Box, after: LiveCursor') =>
  load(`updated(${args}): Update @live(subjects: [${subjects}]), plain: Int`).get('updated')
const subjects = (template: string, args: Record<string, unknown>, claims: { sub: string } | null = { sub: 'ann' }) => {
  const found = field(template)
  if (!found) throw new Error('no live field')
  return subjectsOf(found, claims && { ...claims, roles: [], scopes: [] }, args)
}

describe('@live', () => {
  it('makes a field live; others are not', () => {
    const fields = load('updated: Update @live(subjects: ["live.things.*"]), plain: Int')
    expect([...fields.keys()]).toEqual(['updated'])
  })

  it.each([
    ['"live.things.{args.nobody}"', 'no argument that can stand in a subject'],
    ['"live.things.{args.after}"', 'no argument that can stand in a subject'],
    ['"live.things.{args.many}"', 'is no single value'],
    ['"live.things.{args.box}"', 'is no single value'],
    ['"live.things.{claims.roles}"', 'is no claim that can stand in a subject'],
    ['"live.{claims.sub}.x"', 'the second token is no feed'],
    ['"live.*.x"', 'the second token is no feed'],
    ['"live"', 'the second token is no feed'],
    ['"facts.things.x"', 'the first token is not "live"'],
    ['"live.things"', 'no entity follows the feed'],
    ['"live.things..x"', 'a token is empty'],
    ['"live.things.x."', 'a token is empty'],
    ['"live.things.>"', '">" is no token'],
    ['"live.things.a{args.id}"', 'is no token'],
    ['"live.things.*", "live.others.*"', 'several feeds: things, others'],
    ['', 'names no subjects'],
  ])('is refused at the start with subjects [%s]', (template, why) => {
    expect(() => field(template)).toThrow(UnusableSupergraph)
    expect(() => field(template)).toThrow(/^@live on Subscription\.updated: /)
    expect(() => field(template)).toThrow(why)
  })

  it.each([
    ['cursor: LiveCursor!', 'no "kind"'],
    ['kind: String!, cursor: LiveCursor!', 'no "kind"'],
    ['kind: UpdateKind, cursor: LiveCursor!', 'no "kind"'],
    ['kind: UpdateKind!', 'no "cursor"'],
    ['kind: UpdateKind!, cursor: LiveCursor', 'no "cursor"'],
    [`${PAYLOAD}, must: Int!`, `"Update.must" can't be null, as it must be with GAP`],
  ])('is refused at the start with a payload { %s }', (payload, why) => {
    expect(() => load('updated: Update @live(subjects: ["live.things.*"])', payload)).toThrow(why)
  })
})

describe('subjects', () => {
  const refusal = (message: string, code: string) => expect.objectContaining({ message, extensions: { code } })

  it('are filled from claims and arguments; a missing argument is a wildcard', () => {
    const template = '"live.things.{claims.sub}.{args.id}"'
    expect(subjects(template, { id: 'i1' })).toEqual({ patterns: ['live.things.ann.i1'] })
    for (const args of [{}, { id: null }]) {
      expect(subjects(template, args)).toEqual({ patterns: ['live.things.ann.*'] })
    }
  })

  it('contain UUIDs in lower case, and other texts unchanged', () => {
    const template = '"live.things.{args.id}"'
    const id = '01A205A4-5140-70C1-B101-8A8F5F39D89B'
    expect(subjects(template, { id })).toEqual({ patterns: [`live.things.${id.toLowerCase()}`] })
    expect(subjects(template, { id: `${id}A` })).toEqual({ patterns: [`live.things.${id}A`] })
  })

  it('contain an id of the type that the argument needs, and no other', () => {
    const link =
      'extend schema @link(url: "https://specs.flower.delivery/id/v1.0", import: ["@id"]) @composeDirective(name: "@id")'
    const own = `${link} directive @id(of: String!) on ARGUMENT_DEFINITION`
    const live = load(
      `updated(id: ID @id(of: "Order")): Update @live(subjects: ["live.things.{args.id}"])`,
      PAYLOAD,
      own,
    )
    const found = (args: object) => subjectsOf(live.get('updated') as LiveField, null, { ...args }) // the only field
    const uuid = '01a205a4-5140-70c1-b101-8a8f5f39d89b'
    const id = globalId('Order', uuid)
    expect(found({ id })).toEqual({ patterns: [`live.things.${id}`] })
    expect(found({})).toEqual({ patterns: ['live.things.*'] })
    expect(found({ id: 'no id' })).toEqual({ patterns: ['live.things.no%20id'] })
    const refused = (message: string) => ({ errors: [refusal(message, 'BAD_USER_INPUT')] })
    expect(found({ id: globalId('Payment', uuid) })).toEqual(
      refused("id: This is a Payment's id; an Order's is needed."),
    )
    expect(found({ id: uuid })).toEqual(
      refused('id: This is not an id of this API. Send an id as the API has returned it.'),
    )
  })

  it('contain all digits of numbers', () => {
    const [one, big] = ['1.0', '9007199254740993'].map((text) => new JsonNumber(text))
    expect(subjects('"live.things.{args.id}.{args.n}"', { id: big, n: one })).toEqual({
      patterns: ['live.things.9007199254740993.1'],
    })
  })

  it('may be several of one feed', () => {
    const found = subjects('"live.things.open.*", "live.things.{claims.sub}.{args.n}.*"', { n: 3 })
    expect(found).toEqual({ patterns: ['live.things.open.*', 'live.things.ann.3.*'] })
  })

  it.each([
    ['*', '%2A'],
    ['a.b', 'a%2Eb'],
    ['>', '%3E'],
    ['a b', 'a%20b'],
  ])('cannot be widened by %j, in an argument or in a claim', (text, token) => {
    const template = '"live.things.{claims.sub}.{args.id}"'
    const patterns = [`live.things.${token}.${token}`]
    expect(subjects(template, { id: text }, { sub: text })).toEqual({ patterns })
  })

  it('with a claim in them need a signed-in user; others do not', () => {
    for (const claims of [null, { sub: '' }]) {
      expect(subjects('"live.things.{claims.sub}.*"', {}, claims)).toEqual({
        errors: [refusal('Subscription.updated needs a signed-in user.', 'UNAUTHENTICATED')],
      })
    }
    expect(subjects('"live.things.open.*"', {}, null)).toMatchObject({ patterns: ['live.things.open.*'] })
  })

  it.each(['', 'x'.repeat(257), '\ud800'])('refuse %j as an argument', (id) => {
    const message = 'The argument "id" of Subscription.updated must be a text of 1 to 256 characters.'
    expect(subjects('"live.things.{args.id}"', { id })).toEqual({ errors: [refusal(message, 'BAD_USER_INPUT')] })
  })
})
