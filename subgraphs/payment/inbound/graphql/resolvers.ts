import { badInput } from '../../../../chassis/graphql/list-arguments.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'
import { type PaymentView, viewFor } from './views.ts'

/** The resolvers of the payment subgraph. All are async, because a reference that throws synchronously fails the whole list. */
export const resolvers: Complete<Resolvers, ResolversParentTypes> = {
  Query: {
    payment: async (_, { id, reference }, context) => {
      // The provider is given the order's id as the reference, which is the payment's too.
      const [given, ...more] = [id, reference].filter((each) => each != null)
      if (given === undefined || more.length) throw badInput('payment: either id or reference.')
      return readPayment(context, given)
    },
  },
  Payment: {
    __resolveReference: async ({ id }, context) => readPayment(context, id),
    order: ({ id, isOwn }) => (isOwn ? { id } : null),
  },
  Order: {
    __resolveReference: async ({ id }) => ({ id }),
    payment: ({ id }, _, context) => readPayment(context, id),
  },
}

async function readPayment({ claims, reads }: Context, id: string): Promise<PaymentView | null> {
  const payment = claims && (await reads.payments.load(id))
  return payment && viewFor(claims, payment)
}
