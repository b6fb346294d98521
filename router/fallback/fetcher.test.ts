import { expect, it } from '@jest/globals'
import { parse } from 'graphql'
import { pino } from 'pino'
import { JsonNumber } from '../../chassis/exact-json.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { compose } from '../testing/router.ts'
import { createFallback } from './fallback.ts'

it("Apollo's executor gets literals and variables as they are, and answers exactly", async () => {
  const typeDefs = 'scalar Long type Query { float(long: Long, other: Long): Float, long: Long }'
  const supergraph = loadSupergraph(compose([{ name: 'one', url: 'http://one', typeDefs }]))
  const bodies: string[] = []
  const send = async (_: string, body: string) => {
    bodies.push(body)
    return { data: { float: new JsonNumber('1.0'), long: new JsonNumber('9007199254740993') }, errors: [] }
  }
  const fallback = createFallback({ supergraph, send, log: pino({ enabled: false }) })
  const { run } = fallback(parse('query ($v: Long) { float(long: 9007199254740993, other: $v) long }'), null)
  const variables = { v: new JsonNumber('1e400') }
  const result = await run({ variables, coerced: variables, caller: { claims: null, headers: {} } })
  expect(JSON.stringify(result)).toBe('{"data":{"float":1,"long":9007199254740993}}')
  expect(bodies[0]).toContain('float(long:9007199254740993 other:$v)')
  expect(bodies[0]).toContain('"variables":{"v":1e400}')
})
