import { expect, it } from '@jest/globals'
import { pino } from 'pino'
import { createPrepare } from '../../request/prepare.ts'
import { loadSupergraph } from '../../supergraph/load.ts'
import { auction } from '../../testing/auction.ts'
import { guarded } from '../../testing/guarded.ts'
import { operationOf } from '../../testing/operation.ts'
import { compose } from '../../testing/router.ts'
import { createLiveOperationReader } from './live-operation.ts'
import { createUpdatePlanner } from './update-plan.ts'

const supergraph = loadSupergraph(compose(auction.map((subgraph) => ({ ...subgraph, url: 'http://127.0.0.1:1' }))))

it('plans are cached by weight: a few huge operations do not fill the memory', () => {
  const send = async () => ({ failure: 'unavailable' as const, cause: 'this test has no subgraphs' })
  const prepare = createPrepare({ supergraph, send, log: pino({ level: 'silent' }) })
  const read = createLiveOperationReader(supergraph.clientSchema)
  const planOf = createUpdatePlanner(supergraph, prepare)
  const planFor = (title: string) => {
    const source = `subscription { lotUpdated { kind lot { ${title}: title } } }`
    const operation = read({ operation: operationOf(supergraph.clientSchema, source), variables: {} })
    if ('errors' in operation) throw operation.errors[0]
    const plan = planOf(operation, { claims: null })
    if ('errors' in plan) throw plan.errors[0]
    return plan
  }
  const small = planFor('small')
  expect(planFor('small')).toBe(small)
  const huge = (index: number) => planFor(`a${index}${'x'.repeat(300_000)}`)
  const [first] = [huge(1), huge(2)]
  expect([planFor('small') === small, huge(1) === first]).toEqual([true, true])
  for (const index of [3, 4, 5]) huge(index)
  expect([huge(1) === first, planFor('small') === small]).toEqual([false, false])
})

it.each([
  ['nobody', null, 'UNAUTHENTICATED'],
  ['a user without the role', { sub: 'u', roles: [], scopes: [] }, 'FORBIDDEN'],
])('a field that %s may not have is not planned', (_, claims, code) => {
  const sdl = compose(guarded.map(({ name, typeDefs }) => ({ name, typeDefs, url: 'http://127.0.0.1:1' })))
  const { clientSchema } = loadSupergraph(sdl)
  const prepare = () => {
    throw new Error('It is planned.')
  }
  const read = createLiveOperationReader(clientSchema)({
    operation: operationOf(clientSchema, 'subscription { t: secretTicks }'),
    variables: {},
  })
  const plan = 'errors' in read ? read : createUpdatePlanner(loadSupergraph(sdl), prepare)(read, { claims })
  expect('errors' in plan && plan.errors.map(({ path, extensions }) => [path, extensions])).toEqual([
    [['t'], { code, coordinate: 'Subscription.secretTicks' }],
  ])
})
