import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../chassis/audit/event.ts'
import { until } from '../../chassis/testing/until.ts'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf, uuidOf } from './ids.ts'
import { orderOf, type People, type Person, people } from './people.ts'

let stack: Stack
let app: People
beforeAll(async () => {
  stack = await startStack()
  app = await people(stack)
})
afterAll(async () => stack?.stop())

type Line = AuditEvent & { service: string; time: string }
const folder = () => join(stack.dataDir, 'audit')
const trail = (): Line[] =>
  globSync(join(folder(), '*.jsonl')).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  )
const ofRequest = (requestId: string) => trail().filter((line) => line.requestId === requestId)
/** The lines of a request, as soon as there are so many. */
const linesOf = (requestId: string, count: number) =>
  until(() => ofRequest(requestId).length >= count && ofRequest(requestId), `${count} lines of ${requestId}`)
const by = (lines: Line[], service: string, event: string) =>
  lines.find((line) => line.service === service && line.event === event)

/** Asks with a request id of its own. */
async function ask(
  requestId: string,
  who: Person | { token: string },
  query: string,
  variables: object = {},
  accept = 'application/json',
) {
  const token = typeof who === 'string' ? app.tokenOf(who) : who.token
  const headers = { accept, 'content-type': 'application/json', 'x-request-id': requestId }
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: token ? { ...headers, authorization: `Bearer ${token}` } : headers,
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  if (accept !== 'application/json') return {}
  return JSON.parse(text) as {
    data?: Record<string, { __typename: string; order?: { id: string }; trackToken?: string } | null>
  }
}

const PLACE = `mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename ... on OrderPayload { order { id } } ... on PaymentDeclined { order { id } } } }`
/** Places an order. Where the payment is deferred, on a busy machine, it asks again by the same key, with another request id. */
function place(name: string, change: object = {}) {
  let asked = 0
  return until(async () => {
    const item = await app.itemCalled('안개꽃한다발')
    const requestId = `${name}-${++asked}`
    const answer = await ask(requestId, 'lee', PLACE, {
      input: { ...orderOf(item, 1), idempotencyKey: name, ...change },
    })
    const { __typename: outcome, order } = answer.data?.placeOrder ?? {}
    return order && { requestId, outcome, id: order.id, storeId: item.store.id }
  }, `${name} is placed`)
}
const RECIPIENT = 'query ($id: ID!) { order(id: $id) { recipient { name phone address } cardMessage } }'
const subOf = (who: Person) => JSON.parse(atob(app.tokenOf(who)?.split('.')[1] ?? '')).sub as string

describe('the audit trail', () => {
  it('tells an order from the request to the charge', async () => {
    const { requestId, outcome, id, storeId } = await place('e2e-placed')
    expect(outcome).toBe('OrderPayload')
    const lines = await linesOf(requestId, 2)
    const who = `user ${subOf('lee')}`
    expect(by(lines, 'router', 'operation')).toMatchObject({
      ...{ who, operation: 'Place', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ outcome: 'OrderPayload', results: ['placeOrder OrderPayload'] },
    })
    expect(by(lines, 'order', 'command')).toMatchObject({
      ...{ who, roles: ['CUSTOMER'], fields: ['placeOrder'], outcome: 'OrderPayload' },
      on: [storeId, id].map(uuidOf),
    })
    const isCharge = ({ event, on, outcome }: Line) =>
      event === 'charge' && on?.includes(uuidOf(id)) && outcome === 'Approved'
    const charge = await until(() => trail().find(isCharge), 'the charge is told')
    expect(charge).toMatchObject({ service: 'payment', who })
  })

  it('tells what was refused: a card, a role, a token', async () => {
    const { requestId } = await place('e2e-declined', { paymentToken: 'tok_declined' })
    const declined = await linesOf(requestId, 2)
    expect(by(declined, 'order', 'command')).toMatchObject({ outcome: 'PaymentDeclined' })
    expect(by(declined, 'router', 'operation')).toMatchObject({ outcome: 'PaymentDeclined' })

    await ask('e2e-forbidden', 'rider', PLACE, { input: orderOf(await app.itemCalled('안개꽃한다발'), 1) })
    const [forbidden, ...others] = await linesOf('e2e-forbidden', 1)
    expect(others).toEqual([]) // The order context was not asked.
    expect(forbidden).toMatchObject({
      ...{ service: 'router', event: 'operation', who: `user ${subOf('rider')}` },
      ...{ outcome: 'FORBIDDEN', on: ['Mutation.placeOrder'] },
    })

    const subscription = 'subscription { deliveryUpdated { cursor } }'
    await ask('e2e-unheard', 'nobody', subscription, {}, 'text/event-stream')
    expect(await linesOf('e2e-unheard', 1)).toMatchObject([{ event: 'operation', outcome: 'UNAUTHENTICATED' }])

    const [header, payload] = app.tokenOf('lee')?.split('.') ?? []
    await ask('e2e-forged', { token: `${header}.${payload}.forged` }, '{ me { id } }')
    expect(await linesOf('e2e-forged', 1)).toMatchObject([
      { service: 'router', event: 'authentication', who: 'address 127.0.0.1', reason: expect.any(String) },
    ])
  })

  it('tells who was issued a token', async () => {
    const issued = trail().filter(({ event, subject }) => event === 'token' && subject === subOf('lee'))
    expect(issued).toMatchObject([{ service: 'account', who: 'client demo', outcome: 'issued' }])
  })

  it('tells who read a recipient, once for a request', async () => {
    const { id } = await place('e2e-carried', { sender: { name: '하늘', anonymous: false } })
    await app.stepWhenReady('bundang', 'receive', id)
    await app.stepWhenReady('bundang', 'decorate', id)
    await app.stepWhenReady('rider', 'depart', id)
    const query = 'query ($id: ID!) { node(id: $id) { ... on Delivery { recipient { name } lines { name } } } }'
    await ask('e2e-read', 'rider', query, { id: idOf('Delivery', id) })
    const [read, ...more] = await linesOf('e2e-read', 1)
    expect(more).toEqual([])
    expect(read).toMatchObject({
      ...{ service: 'order', event: 'personal-data', who: `user ${subOf('rider')}`, roles: ['RIDER'] },
      ...{ on: [uuidOf(id)], outcome: 'read', fields: ['Delivery.recipient'] },
    })
    const link = await ask('e2e-link', 'lee', 'query ($id: ID!) { node(id: $id) { ... on Delivery { trackToken } } }', {
      id: idOf('Delivery', id),
    })
    const token = link.data?.node?.trackToken
    expect(await linesOf('e2e-link', 1)).toMatchObject([
      { service: 'delivery', event: 'personal-data', on: [uuidOf(id)], fields: ['Delivery.trackToken'] },
    ])
    // Who has the link looks again and again, without a name: that says nothing.
    await ask('e2e-tracked', 'nobody', 'query ($token: String!) { track(token: $token) { sender } }', { token })
    expect(ofRequest('e2e-tracked')).toEqual([])
    // Nobody else read it: whoever may not read an order reads nothing of it.
    await ask('e2e-not-read', 'hong', RECIPIENT, { id })
    expect(ofRequest('e2e-not-read')).toEqual([])
  })

  it('tells what an operator did by a command', async () => {
    const port = (await stack.processes()).find(({ name }) => name === 'postgres')?.port
    const secrets = secretsIn(join(stack.dataDir, 'secrets.json'))
    const env = {
      DATABASE_URL: `postgres://flower_account:${secrets('database.account')}@127.0.0.1:${port}/flower_account`,
      AUDIT_DIR: folder(),
    }
    const program = 'subgraphs/account/commands/register-client.ts'
    const secret = execFileSync(process.execPath, [program, 'bookkeeping', 'Bookkeeping'], { env, encoding: 'utf8' })
    expect(trail().find(({ event }) => event === 'client')).toMatchObject({
      ...{ service: 'account-commands', who: expect.stringMatching(/^operator \S+/) },
      ...{ outcome: 'registered', on: ['bookkeeping'] },
    })
    expect(JSON.stringify(trail())).not.toContain(secret.trim())
  })

  it('has no personal data, no token and no secret, and is its owner’s only', async () => {
    const item = await app.itemCalled('안개꽃한다발')
    const files = globSync(join(folder(), '*'))
    expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(files.map(() => '600'))
    const text = files.map((file) => readFileSync(file, 'utf8')).join('')
    const { recipient, cardMessage, paymentToken } = orderOf(item, 1)
    const { postalCode, ...known } = recipient
    const people = ['lee', 'rider', 'kj'] as const
    const tokens = people.flatMap((who) => app.tokenOf(who)?.split('.') ?? [])
    const secrets = Object.values(JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')))
    const secret = [...tokens, ...secrets, paymentToken, 'tok_declined'].map(String)
    // Five digits alone may stand in an id.
    for (const word of [...Object.values(known), `"${postalCode}"`, cardMessage, ...secret])
      expect([word, text.includes(word)]).toEqual([word, false])
  })
})
