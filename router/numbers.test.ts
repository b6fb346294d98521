import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '../chassis/testing/until.ts'
import { INIT, openTestSocket } from './live/testing/ws-connection.ts'
import { startTestRouter } from './testing/router.ts'

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])'
const BIG = '9007199254740993'
const NUMBERS = [BIG, '9007199254740992', '1e400', '1.0', '1E2', '-0', '0.1000000000000000055']

/** Counts numbers, and echoes arguments. */
const definitions = [
  {
    name: 'counts',
    typeDefs: `${LINK}
      scalar Long scalar JSON
      enum Kind { BIG }
      type Query {
        all: [Count!]!, numbers: JSON, echo(long: Long, json: JSON, box: Box, id: ID, int: Int, float: Float, kind: Kind): JSON
        page(first: Int): [Count!]!, longPage(first: Long): [Count!]!
      }
      input Box { long: Long, json: JSON, ids: [ID!], float: Float, int: Int, box: Box }
      type Count @key(fields: "at") { at: Long!, id: ID, int: Int, float: Float, text: String }`,
    resolvers: { Query: { echo: (_: unknown, args: object) => args } },
  },
  {
    name: 'names',
    typeDefs: `${LINK}
      scalar Long
      type Count @key(fields: "at") { at: Long!, name: String, float: Float @external, half: Float @requires(fields: "float") }`,
    resolvers: {
      Count: {
        name: ({ at }: { at: unknown }) => `the count of ${JSON.stringify(at)}`,
        __resolveReference: (reference: object) => reference,
      },
    },
  },
]

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(definitions)
})
afterAll(() => router.close())
beforeEach(() => {
  for (const { name } of definitions) {
    router.subgraph(name).behave('right')
    router.subgraph(name).requests.length = 0
  }
})

/** What `counts` answers. */
const answering = (data: string) => router.subgraph('counts').behave({ status: 200, text: `{"data":${data}}` })
const textOf = async (body: string) => (await router.post(body)).text()
const requestsOf = (name: string) => router.subgraph(name).requests.map(({ body }) => body)

describe('numbers that JavaScript would change', () => {
  it('are passed on from a subgraph', async () => {
    const numbers = `[${NUMBERS},{"__proto__":[${NUMBERS}],"rawJSON":"1.0"},"${BIG}","1.0"]`
    answering(`{"numbers":${numbers},"all":[{"__typename":"Count","at":${BIG}}]}`)
    expect(await textOf('{"query":"{ numbers all { at } }"}')).toBe(
      `{"data":{"numbers":${numbers},"all":[{"at":${BIG}}]}}`,
    )
  })

  it('are distinct keys if they differ in one digit', async () => {
    const count = (at: string) => `{"__typename":"Count","at":${at}}`
    answering(`{"all":[${[BIG, '9007199254740992', BIG, '1.0', '1'].map(count)}]}`)
    expect(await textOf('{"query":"{ all { at name } }"}')).toBe(
      `{"data":{"all":[${[BIG, '9007199254740992', BIG, '1.0', '1'].map((at) => `{"at":${at},"name":"the count of ${at}"}`)}]}}`,
    )
    expect(requestsOf('names')).toHaveLength(1)
    expect(requestsOf('names')[0]).toContain(`"representations":[${[BIG, '9007199254740992', '1.0', '1'].map(count)}]`)
  })

  it('are checked where the schema has a built-in scalar, object or list', async () => {
    const query = '{ all { id int float text } }'
    const errorAt = (field: string) => ({
      message: `Invalid value found for field Count.${field}.`,
      path: ['all', 0, field],
      extensions: { code: 'SUBGRAPH_INVALID_ANSWER' },
    })
    answering(`{"all":[{"id":${BIG},"int":1.0,"float":0.10000000000000000055,"text":"1.0"}]}`)
    expect(await textOf(JSON.stringify({ query }))).toBe(
      `{"data":{"all":[{"id":"${BIG}","int":1,"float":0.10000000000000000055,"text":"1.0"}]}}`,
    )
    answering(`{"all":[{"id":1.50,"int":${BIG},"float":1e400,"text":1.0}]}`)
    expect(await router.query(query)).toEqual({
      data: { all: [{ id: null, int: null, float: null, text: null }] },
      errors: ['id', 'int', 'float', 'text'].map(errorAt),
    })
    for (const all of ['1.0', '[1.0]']) {
      answering(`{"all":${all}}`)
      expect(await router.query(query)).toMatchObject({ errors: [{ extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } }] })
    }
  })

  const VARIABLES = `{"long":${BIG},"json":[${NUMBERS},{"a":"${BIG}"}],"box":{"long":1E2,"json":{"__proto__":-0},"ids":[${BIG},"1.0"],"float":1.50,"int":2.0,"box":{"long":"1.0"}}}`
  const SENT = `{"long":${BIG},"json":[${NUMBERS},{"a":"${BIG}"}],"box":{"long":1E2,"json":{"__proto__":-0},"ids":["${BIG}","1.0"],"float":1.5,"int":2,"box":{"long":"1.0"}}}`
  const ECHO = 'query ($long: Long, $json: JSON, $box: Box) { echo(long: $long, json: $json, box: $box) }'
  const BODY = `{"query":${JSON.stringify(ECHO)},"variables":${VARIABLES}}`

  it('are passed on in variables, over HTTP', async () => {
    expect(await textOf(BODY)).toBe(`{"data":{"echo":${SENT}}}`)
    expect(requestsOf('counts')[0]).toContain(`"variables":${SENT}`)
    const url = `${router.url}/graphql?query=${encodeURIComponent(ECHO)}&variables=${encodeURIComponent(VARIABLES)}`
    const byGet = await fetch(url)
    expect(await byGet.text()).toBe(`{"data":{"echo":${SENT}}}`)
  })

  it('are passed on with a persisted query', async () => {
    const sha256Hash = createHash('sha256').update(ECHO).digest('hex')
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash } })
    await textOf(`{"query":${JSON.stringify(ECHO)},"extensions":${extensions}}`)
    expect(await textOf(`{"variables":${VARIABLES},"extensions":${extensions}}`)).toBe(`{"data":{"echo":${SENT}}}`)
  })

  it('are passed on over Server-Sent Events', async () => {
    const response = await router.post(BODY, { accept: 'text/event-stream' })
    expect(await response.text()).toContain(`event: next\ndata: {"data":{"echo":${SENT}}}\n\n`)
  })

  it('are passed on over a WebSocket', async () => {
    const client = await openTestSocket({ url: `${router.url}/graphql` })
    const texts: string[] = []
    client.socket.on('message', (data) => texts.push(String(data)))
    client.send(INIT)
    await until(() => client.ofType('connection_ack').length)
    client.send(`{"id":"1","type":"subscribe","payload":${BODY}}`)
    await until(() => client.ofType('complete').length || client.closed)
    client.socket.terminate()
    expect(texts).toContain(`{"id":"1","type":"next","payload":{"data":{"echo":${SENT}}}}`)
  })

  it.each([
    ['Int', '1.5'],
    ['Int', BIG],
    ['Int', '1e400'],
    ['Float', '1e400'],
    ['ID', '1.50'],
    ['ID', '1e400'],
    ['Kind', '1.0'],
    ['Box', '1.0'],
    ['Box', '{"float":1e400}'],
    ['Box', '{"ids":[1.50]}'],
    ['Box', '{"rawJSON":1.0}'],
    ['Box', '{"text":1.0}'],
  ])('are errors in a variable of type %s that cannot be %s', async (type, value) => {
    const argument = type.toLowerCase()
    const query = JSON.stringify(`query ($v: ${type}) { echo(${argument}: $v) }`)
    const { errors = [] } = JSON.parse(await textOf(`{"query":${query},"variables":{"v":${value}}}`))
    expect(errors.map(({ extensions }: { extensions: object }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT' }])
    expect(errors[0].message).not.toContain('JsonNumber')
    expect(requestsOf('counts')).toEqual([])
  })

  it.each([
    ['ID', '[1.0]', '[1]'],
    ['Int', '[[1.0]]', '[[1]]'],
    ['Box', '{"none":1.0}', '{ none: 1 }'],
    ['Box', '1.0', '1'],
  ])('are plain in the error of a value that is no %s', async (type, value, shown) => {
    const argument = type.toLowerCase()
    const body = `{"query":"query ($v: ${type}) { echo(${argument}: $v) }","variables":{"v":${value}}}`
    expect(JSON.parse(await textOf(body)).errors[0].message).toContain(`invalid value ${shown}`)
  })

  it.each(['variables', 'extensions', 'operationName', 'query'])('are refused as `%s`', async (name) => {
    const response = await router.post(`{"query":"{ numbers }","${name}":1.0}`)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  })

  it('count as the length of a page', async () => {
    for (const [field, type] of [
      ['page', 'Int'],
      ['longPage', 'Long'],
    ]) {
      const query = JSON.stringify(`query ($n: ${type}) { ${field}(first: $n) { at } }`)
      for (const n of ['1e6', '1000000.0']) {
        expect(JSON.parse(await textOf(`{"query":${query},"variables":{"n":${n}}}`))).toMatchObject({
          errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'MAX_PAGE', asked: 1_000_000 } }],
        })
      }
    }
  })

  it('make requests different that are under way at once', async () => {
    router.subgraph('counts').behave('held')
    const query = JSON.stringify('query ($long: Long) { echo(long: $long) }')
    const answers = [BIG, '9007199254740992', '1.0', '1'].map((long) =>
      textOf(`{"query":${query},"variables":{"long":${long}}}`),
    )
    await until(() => requestsOf('counts').length === 4)
    router.subgraph('counts').release()
    expect(await Promise.all(answers)).toEqual(
      [BIG, '9007199254740992', '1.0', '1'].map((long) => `{"data":{"echo":{"long":${long}}}}`),
    )
  })
})

describe('literals', () => {
  it.each([
    ...NUMBERS.filter((text) => text !== '-0').map((text) => `long:${text}`),
    'long:-0',
    'long:BIG',
    'long:"1.0"',
    `json:{a:[${NUMBERS.join(' ')} BIG "BIG" "${BIG}" true null]b:{c:1.0}}`,
    `box:{long:${BIG} json:{a:BIG}ids:["${BIG}"]box:{long:1.0}}`,
    `id:"${BIG}"`,
    `id:${BIG}`,
    'kind:BIG',
    'json:"\\u0001 1"',
    'json:{a:"\\u0001"}',
  ])('are sent as they are: %s', async (argument) => {
    await router.query(`{ echo(${argument}) }`)
    const { query } = JSON.parse(requestsOf('counts')[0] ?? '{}')
    expect(query).toBe(`{echo(${argument})}`)
  })

  it('are sent as they are in the defaults of variables, and beside variables', async () => {
    await router.query(`query ($long: Long = ${BIG}, $x: Long = BIG) { echo(long: $long, json: { x: $x, y: 1.0 }) }`)
    const { query } = JSON.parse(requestsOf('counts')[0] ?? '{}')
    expect(query).toBe(`query($long:Long=${BIG}$x:Long=BIG){echo(long:$long json:{x:$x y:1.0})}`)
  })

  it('that differ are different fields', async () => {
    await router.query(`{ a: echo(long: ${BIG}) b: echo(long: 9007199254740992) }`)
    const { query } = JSON.parse(requestsOf('counts')[0] ?? '{}')
    expect(query).toBe(`{a:echo(long:${BIG})b:echo(long:9007199254740992)}`)
  })
})
