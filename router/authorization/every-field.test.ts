import { describe, expect, it } from '@jest/globals'
import { isInterfaceType, isIntrospectionType, isObjectType } from 'graphql'
import { guarded } from '../testing/guarded.ts'
import { expectations, identities, isAllowed } from '../testing/guarded-expectations.ts'
import { executorInProcess } from '../testing/in-process.ts'

const { supergraph, query, resolvedFields } = executorInProcess(guarded)
const SUBSCRIPTIONS = ['Subscription.ticks', 'Subscription.secretTicks'] // tested in refused.test.ts

describe.each(Object.keys(identities))('to %s', (identity) => {
  const claims = identities[identity] ?? null

  it.each(expectations)('%s is answered, or refused and not fetched: %s', async (coordinate, operation) => {
    resolvedFields.length = 0
    const { data, errors = [] } = await query(operation, claims)
    if (isAllowed(coordinate, identity)) {
      expect(errors).toEqual([])
      expect(data).toBeTruthy()
    } else {
      const refusal = { code: claims ? 'FORBIDDEN' : 'UNAUTHENTICATED', coordinate }
      expect(errors.map(({ extensions }) => extensions)).toEqual(errors.map(() => refusal))
      expect(errors.length).toBeGreaterThan(0)
      // The plan fetches Product's key, which no caller may see.
      if (coordinate !== 'Product.id') expect(resolvedFields).not.toContain(coordinate)
    }
  })
})

it('every field of the schema is in the table', () => {
  const types = Object.values(supergraph.clientSchema.getTypeMap()).filter((type) => !isIntrospectionType(type))
  const fields = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
      : [],
  )
  expect([...expectations.map(([coordinate]) => coordinate), ...SUBSCRIPTIONS].sort()).toEqual(fields.sort())
})
